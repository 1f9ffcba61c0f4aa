FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
# Training materials come by git, over https or ssh.
RUN apt-get update \
  && apt-get install -y --no-install-recommends git ca-certificates openssh-client \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
COPY --from=build --chown=node:node /app/package.json ./
COPY --from=build --chown=node:node /app/node_modules node_modules
COPY --from=build --chown=node:node /app/dist dist
COPY --from=build --chown=node:node /app/catalogue catalogue
COPY --from=build --chown=node:node /app/agents agents
COPY --chown=node:node deploy/parley.sh deploy/
# A volume takes over its owner.
RUN mkdir -p /data/blobs && chown -R node:node /data
USER node
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["deploy/parley.sh", "health"]
# `api`, `worker` or `migrate`; `backup`, `restore` and `move` for operators.
ENTRYPOINT ["deploy/parley.sh"]
CMD ["api"]
