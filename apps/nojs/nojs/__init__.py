"""no.js: live chat without a line of JavaScript."""
