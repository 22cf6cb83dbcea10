# One image for each role: `registry` (the default) serves a registry or a replica, `filter` syncs and filters as a job.
# How to run them: docs/how-to/operator/run-in-containers.md

FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --wheel-dir /wheels . \
    && python -m pip wheel --no-cache-dir --wheel-dir /wheels --find-links /wheels "./packaging/registry[replica]"

FROM python:3.13-slim-trixie AS base
# a number, so that a cluster can see that it is not root; nothing but /data is written
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin optout \
    && install --directory --owner 10001 --mode 0700 /data
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

FROM base AS filter
# the version is that of the wheels, which are of this checkout
# hadolint ignore=DL3013
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index --find-links /wheels training-optout
USER 10001
WORKDIR /data
VOLUME /data
HEALTHCHECK NONE
ENTRYPOINT ["crawler-filter"]

FROM base AS registry
# hadolint ignore=DL3013
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index --find-links /wheels "training-optout-registry[replica]"
ENV REGISTRY_INSTANCE=/data REGISTRY_LISTEN=0.0.0.0:8080
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/livez', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["optout-registry"]
CMD ["serve"]
