# All of the Python side: applications, dispatchers, fetch workers, the index. What a container is,
# its command says.
ARG BASE_IMAGE=debian:12-slim
FROM ${BASE_IMAGE} AS python
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

# The packages before the code: a change of code does not fetch them again.
FROM python AS packages
COPY requirements/run.txt .
RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r run.txt

FROM python
COPY --from=packages /venv /venv
COPY framework /suite/framework
COPY apps /suite/apps
COPY stack /suite/stack
COPY docker/health.py /suite/health
RUN find /suite/framework /suite/stack /suite/apps /suite/apps/shared -maxdepth 2 -name pyproject.toml \
        -printf '%h\n' | sort -u > /venv/lib/python3.11/site-packages/suite.pth \
    && /venv/bin/python -m compileall -q /suite \
    && useradd --uid 10001 --no-create-home suite \
    && install -d -o suite /uploads /data/db
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER suite
WORKDIR /tmp
