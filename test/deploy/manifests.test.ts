import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { configSchema } from "../../src/config/schema.ts";
import { instructions } from "./dockerfile.ts";
import { read } from "./repository.ts";

const { port } = configSchema.shape.http.parse({});
const { drainMs } = configSchema.shape.timing.parse({});
const image = (verb: string): string => instructions().find((one) => one.verb === verb)?.text ?? "";
const configFile = (JSON.parse(image("CMD")) as string[]).at(-1) ?? "";
const stateFolder =
  instructions()
    .filter((one) => one.verb === "COPY")
    .at(-1)
    ?.text.split(" ")
    .at(-1) ?? "";
const [uid, gid] = image("USER").split(":").map(Number);

/** Any part of a parsed file: which keys are there is what the tests are about. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Parsed = any;

describe("compose", () => {
  const file = parse(read("deploy/compose.yaml")) as Parsed;
  const service = file.services.contactlogd;

  test("waits longer than the drain", () => {
    expect(Number.parseInt(service.stop_grace_period, 10) * 1000).toBeGreaterThanOrEqual(drainMs + 5_000);
  });

  test("mounts what the image expects: configuration and secrets read-only, state on a volume", () => {
    const mounts = new Map(service.volumes.map((one: Parsed) => [one.target, one]));
    expect(mounts.get(configFile)).toMatchObject({ type: "bind", read_only: true });
    expect(mounts.get("/run/secrets")).toMatchObject({ type: "bind", read_only: true });
    expect(mounts.get(stateFolder)).toMatchObject({ type: "volume" });
    expect(file.volumes).toHaveProperty((mounts.get(stateFolder) as Parsed).source);
  });

  test("may do little: no root, no capability, nothing written outside the volume, bounds on everything", () => {
    expect(service).toMatchObject({
      user: `${uid}:${gid}`,
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      mem_limit: "768m",
      memswap_limit: "768m",
    });
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.privileged).toBeUndefined();
  });

  test("is reached from this machine alone, on the daemon's port, and keeps the image's health check", () => {
    expect(service.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(service.healthcheck.test).toBeUndefined();
  });
});

describe("kubernetes", () => {
  const documents = parseAllDocuments(read("deploy/kubernetes.yaml")).map((one) => one.toJS() as Parsed);
  const kind = (name: string): Parsed => documents.find((one) => one.kind === name);
  const set = kind("StatefulSet").spec;
  const pod = set.template.spec;
  const [container] = pod.containers;

  test("is one process on one disk", () => {
    expect(set.replicas).toBe(1);
    const [claim] = set.volumeClaimTemplates;
    expect(claim.spec.accessModes).toEqual(["ReadWriteOncePod"]);
    expect(container.volumeMounts).toContainEqual({ name: claim.metadata.name, mountPath: stateFolder });
    expect(set.persistentVolumeClaimRetentionPolicy.whenDeleted).toBe("Retain");
  });

  test("waits longer than the drain", () => {
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThanOrEqual(drainMs + 5_000);
  });

  test("meets the restricted pod security standard, and writes nowhere but the volume", () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    for (const forbidden of ["hostNetwork", "hostPID", "hostIPC"]) expect(pod).not.toHaveProperty(forbidden);
    expect(pod.volumes.filter((one: Parsed) => one.hostPath)).toEqual([]);
  });

  test("reads configuration and secrets where the image expects them, and nobody else may", () => {
    const mount = (path: string): Parsed =>
      container.volumeMounts.find((one: Parsed) => one.mountPath === path);
    const volume = (path: string): Parsed =>
      pod.volumes.find((one: Parsed) => one.name === mount(path)?.name);
    const folder = configFile.slice(0, configFile.lastIndexOf("/"));
    expect(mount(folder)).toMatchObject({ readOnly: true });
    expect(volume(folder)).toHaveProperty("configMap");
    expect(mount("/run/secrets")).toMatchObject({ readOnly: true });
    expect(volume("/run/secrets").secret.defaultMode.toString(8)).toBe("440");
  });

  test("has memory bounded, and probes on the daemon's port: alive is not ready", () => {
    expect(container.resources.limits.memory).toBe("768Mi");
    expect(container.ports).toEqual([{ name: "http", containerPort: port }]);
    expect(container.livenessProbe.httpGet).toEqual({ path: "/healthz", port: "http" });
    expect(container.startupProbe.httpGet).toEqual({ path: "/healthz", port: "http" });
    expect(container.readinessProbe.httpGet).toEqual({ path: "/readyz", port: "http" });
  });

  test("the names meet: service, set, pod, network policy, monitor", () => {
    const labels = set.template.metadata.labels;
    expect(set.selector.matchLabels).toEqual(labels);
    expect(kind("Service").spec.selector).toEqual(labels);
    expect(set.serviceName).toBe(kind("Service").metadata.name);
    expect(pod.serviceAccountName).toBe(kind("ServiceAccount").metadata.name);
    expect(kind("NetworkPolicy").spec.podSelector.matchLabels).toEqual(labels);
    const monitor = parse(read("deploy/kubernetes-monitor.yaml")) as Parsed;
    expect(monitor.spec.selector.matchLabels).toEqual(kind("Service").metadata.labels);
    expect(monitor.spec.endpoints[0].port).toBe(kind("Service").spec.ports[0].name);
    // The rules ask for job="contactlogd", and the job is the Service's name.
    expect(kind("Service").metadata.name).toBe("contactlogd");
  });

  test("network: in on the daemon's port alone, out to names and HTTPS, not to private addresses", () => {
    const { ingress, egress, policyTypes } = kind("NetworkPolicy").spec;
    expect(policyTypes).toEqual(["Ingress", "Egress"]);
    expect(ingress.flatMap((rule: Parsed) => rule.ports)).toEqual([{ protocol: "TCP", port }]);
    expect(egress.flatMap((rule: Parsed) => rule.ports.map((one: Parsed) => one.port))).toEqual([
      53, 53, 443,
    ]);
    expect(JSON.stringify(egress)).toContain("169.254.0.0/16");
  });
});

test("wherever it runs, it has the memory that its alert speaks of", () => {
  expect(read("deploy/contactlogd.service")).toMatch(/^MemoryHigh=640M$/m);
  expect(read("deploy/contactlogd.service")).toMatch(/^MemoryMax=768M$/m);
  expect(read("deploy/alerts.yml")).toContain(`> ${640 * 2 ** 20}`);
});
