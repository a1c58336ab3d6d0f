# The App in a small image: `docker build --file docker/app.Dockerfile --tag sluice .` from the top of the checkout.
# Debian brings git and bubblewrap; Node and PostgreSQL come from npm, in the versions of package-lock.json.

FROM debian:bookworm-slim AS build
# Only this stage has Debian's npm and its Node: they fetch the tree and do not reach the image.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/sluice
COPY package.json package-lock.json .npmrc ./
# A registry of your own, its token and its certificate come as secrets of the build and stay in no layer.
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca \
    if [ -e /run/secrets/npmrc ]; then export npm_config_userconfig=/run/secrets/npmrc; fi; \
    if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca; fi; \
    npm ci --omit=dev --ignore-scripts --cache /tmp/npm \
 && rm -rf /tmp/npm
# Debian's npm 9 does not link the program of the Node package, as npm 10 and newer do.
# What only compilers, editors and debuggers read goes: a third of the tree. Our own compiler keeps what it knows of JavaScript.
RUN cd node_modules \
 && ln -sfn "../$(echo node-linux-*/bin/node)" .bin/node \
 && rm -rf node-linux-*/include \
 && find . -type f ! -path './typescript/lib/lib*' \( -name '*.a' -o -name '*.d.[cm]ts' -o -name '*.d.ts' -o -name '*.map' \) -delete
COPY . .
# A checkout may have been made under a strict umask, and the App runs as another user than the one that built it.
RUN chmod -R a+rX .
# Compiled once, here. The cache is named after Node's version and the user, so that user has to fill it; then it is root's.
ARG UID=10001
RUN install --directory --owner="$UID" /compiled \
 && for verb in serve doctor; do \
      setpriv --reuid="$UID" --regid="$UID" --clear-groups env NODE_COMPILE_CACHE=/compiled \
        node_modules/.bin/node src/cli.ts "$verb" --help > /dev/null || exit 1; \
    done \
 && chown -R root:root /compiled

# The programs that checks run. Only this stage has Go and pip: what they bring is pinned with hashes in docker/tools.
FROM golang:1.26-bookworm AS tools
ARG GOPROXY
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-pip \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/sluice /opt/sluice
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca --mount=type=secret,id=pip,target=/etc/pip.conf \
    if [ -e /run/secrets/npmrc ]; then export npm_config_userconfig=/run/secrets/npmrc; fi; \
    if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca; fi; \
    /opt/sluice/node_modules/.bin/node /opt/sluice/src/cli.ts tools --into /opt/checkers --outside

FROM debian:bookworm-slim
# More of Debian for the repositories that you serve: the sandbox shows commands the /usr of this image.
ARG PACKAGES=""
ARG UID=10001
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git python3 tini $PACKAGES \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && groupadd --gid "$UID" sluice \
 && useradd --uid "$UID" --gid "$UID" --home-dir /var/lib/sluice --no-create-home --shell /usr/sbin/nologin sluice \
 && install --directory --owner=sluice --group=sluice --mode=0711 /var/lib/sluice
# Owned by root: the App cannot change its own code.
COPY --from=build /opt/sluice /opt/sluice
COPY --from=build /compiled /opt/sluice/.compiled
COPY --from=tools /opt/checkers /opt/checkers
ENV PATH=/opt/sluice/node_modules/.bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    NODE_COMPILE_CACHE=/opt/sluice/.compiled \
    SLUICE_DATA_DIR=/var/lib/sluice \
    SLUICE_TOOLS=/opt/checkers \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /opt/sluice
# Bubblewrap makes a user namespace, in which an ordinary user has every power that the sandbox needs. As root it would
# want CAP_SYS_ADMIN in the container instead, which is far more.
USER sluice
VOLUME /var/lib/sluice
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# tini reaps what the embedded PostgreSQL and git leave behind.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "src/cli.ts"]
CMD ["serve"]
