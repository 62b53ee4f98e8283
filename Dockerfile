# Base images by tag, for trying it out. A release names them by digest: deploy/build-image refuses to build without.
ARG NODE_IMAGE=node:24
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# Compiles; nothing of this stage but dist/ reaches the image.
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build
RUN mkdir /state

# Production dependencies alone. None has an install script, and none would be run.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
# Packages a configuration may ask for, with spaces between: "@azure/identity @aws-sdk/client-sqs".
ARG OPTIONAL_PACKAGES=""
COPY package.json package-lock.json .npmrc deploy/add-packages.ts ./
RUN node add-packages.ts $OPTIONAL_PACKAGES
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${RUNTIME_IMAGE}
WORKDIR /app
# HOME: the Genesys SDK asks for it when it is loaded; nothing is read there or written.
ENV NODE_ENV=production HOME=/nonexistent
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY prompts ./prompts
# A place for the state file that the user below may write to; mount a volume over it.
COPY --from=build --chown=65532:65532 /state /var/lib/contactlogd
# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 9464
# Lives, not ready: an outage of Genesys is no reason to restart. There is no shell in the image.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Without a way to the prototype of all objects, and without the debugger that SIGUSR1 would start.
ENTRYPOINT ["/nodejs/bin/node", "--disable-proto=delete", "--disable-sigusr1", "/app/dist/cli.js"]
CMD ["run", "--config", "/etc/contactlogd/config.json"]
