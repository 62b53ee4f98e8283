import { createMetrics } from "../../src/ops/metrics.ts";

/** Every time series `/metrics` has, by its name, with the labels it carries; those Prometheus adds are not here. */
export function seriesNames(): ReadonlyMap<string, readonly string[]> {
  const series = new Map<string, readonly string[]>();
  for (const metric of createMetrics().registry.getMetricsAsArray()) {
    const labels = (metric as unknown as { labelNames?: readonly string[] }).labelNames ?? [];
    series.set(metric.name, labels);
    for (const suffix of ["_bucket", "_sum", "_count"])
      series.set(`${metric.name}${suffix}`, [...labels, "le"]);
  }
  return series;
}

const addedByPrometheus = ["job", "instance"];

/** What an expression asks for that nobody exposes: names of series, and labels they do not carry. */
export function unknownIn(expression: string): string[] {
  const known = seriesNames();
  const bare = expression.replace(/"[^"]*"/g, (text) => (text.includes("$") ? `""` : text));
  return [...bare.matchAll(/\b(up|(?:contactlogd|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].flatMap(
    ([, name = "", selector = ""]) => {
      const labels = name === "up" ? [] : known.get(name);
      if (labels === undefined) return [name];
      return [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]
        .map(([, label = ""]) => label)
        .filter((label) => ![...labels, ...addedByPrometheus].includes(label))
        .map((label) => `${name}{${label}}`);
    },
  );
}
