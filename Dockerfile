# Compiles; nothing of this stage but dist/ reaches the image.
FROM node:24 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build
RUN mkdir /state

# Production dependencies alone. None has an install script, and none would be run.
FROM node:24 AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM gcr.io/distroless/nodejs24-debian13:nonroot
WORKDIR /app
# HOME: the Genesys SDK asks for it when it is loaded; nothing is read there or written.
ENV NODE_ENV=production HOME=/nonexistent
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY prompts ./prompts
# A place for the state file that the user below may write to; mount a volume over it.
COPY --from=build --chown=65532:65532 /state /var/lib/contactlogd
USER nonroot
EXPOSE 9464
# Lives, not ready: an outage of Genesys is no reason to restart. There is no shell in the image.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli.js"]
CMD ["run", "--config", "/etc/contactlogd/config.json"]
