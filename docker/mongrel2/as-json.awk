# Turn Mongrel2's lines into JSON lines: time (UTC, ISO 8601), level, logger, message. What is no
# printable ASCII becomes a question mark.
{
    level = /\[ERROR\]/ ? "ERROR" : /\[WARN\]/ ? "WARNING" : "INFO"
    gsub(/[^ -~]/, "?")
    gsub(/[\\"]/, "\\\\&")
    printf "{\"time\": \"%s\", \"level\": \"%s\", \"logger\": \"mongrel2\", \"message\": \"%s\"}\n", \
        strftime("%Y-%m-%dT%H:%M:%S+00:00"), level, $0
}
