import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Channel, Channels } from "../channels.ts";
import type { Sockets } from "../sockets.ts";
import type { Subscribed, Subscriptions } from "../subscriptions.ts";
import { listTopics } from "../subscriptions.ts";
import { ApiError, badRequest, forbidden, notFound } from "./errors.ts";
import { callerOf } from "./gate.ts";

interface Route {
  Params: { id: string };
  Querystring: { ignoreErrors?: string };
}

export interface NotificationParts {
  readonly channels: Channels;
  readonly subscriptions: Subscriptions;
  readonly sockets: Sockets;
}

/** Notification channels. None of these calls needs a permission; topics may. There is no call to delete a channel. */
export function addNotifications(
  app: FastifyInstance,
  { channels, subscriptions, sockets }: NotificationParts,
): void {
  const path = "/api/v2/notifications/channels";
  const channelOf = (request: FastifyRequest<Route>): Channel => {
    const channel = channels.get(request.params.id);
    if (channel === undefined || channel.clientId !== callerOf(request).clientId) throw notFound();
    return channel;
  };

  app.post(path, async (request) => channels.view(channels.create(callerOf(request))));
  app.get<{ Querystring: { includechannels?: string } }>(path, async (request) => {
    const caller = callerOf(request);
    const own = channels.of(caller.clientId);
    const wanted =
      request.query.includechannels === "oauthclient" ? own : own.filter(({ token }) => token === caller);
    return { entities: wanted.map((channel) => channels.view(channel)) };
  });
  app.head<Route>(`${path}/:id`, async (request, reply) => {
    channelOf(request);
    return reply.code(200).send();
  });

  app.get<Route>(`${path}/:id/subscriptions`, async (request) => ({
    entities: listTopics(channelOf(request)),
  }));
  app.put<Route>(`${path}/:id/subscriptions`, async (request) => subscribe(request, "replace"));
  app.post<Route>(`${path}/:id/subscriptions`, async (request) => subscribe(request, "add"));
  app.delete<Route>(`${path}/:id/subscriptions`, async (request, reply) => {
    const channel = channelOf(request);
    channel.topics = new Map();
    sockets.system(channel, "subscription_changed");
    return reply.code(200).send();
  });

  /** Subscribing extends the channel's life and makes it this token's. */
  function subscribe(request: FastifyRequest<Route>, how: "replace" | "add") {
    const channel = channelOf(request);
    const ignoreErrors = request.query.ignoreErrors === "true";
    const entities = settle(subscriptions[how](channel, topicsOf(request.body), { ignoreErrors }));
    channel.token = callerOf(request);
    channels.extend(channel);
    sockets.system(channel, "subscription_changed");
    return { entities };
  }
}

function topicsOf(body: unknown): string[] {
  if (!Array.isArray(body)) throw badRequest("The request body must be an array of topics.");
  return body.map((topic: unknown) => {
    const id = (topic as { id?: unknown } | null)?.id;
    if (typeof id !== "string") throw invalidTopic();
    return id;
  });
}

function settle(subscribed: Subscribed) {
  switch (subscribed.kind) {
    case "done":
      return subscribed.entities;
    case "invalid":
      throw invalidTopic();
    case "too many":
      throw new ApiError(400, "notification.subscription.too.many.subscriptions", "Too many subscriptions");
    case "forbidden":
      throw forbidden(subscribed.permission);
  }
}

function invalidTopic(): ApiError {
  return new ApiError(400, "notification.invalid.topic", "The subscription topic is not valid.");
}
