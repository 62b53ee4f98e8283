// npm run -s dashboard: prints the panels as the JSON that Grafana imports.
import { type Panel, rows } from "./panels.ts";

const datasource = { type: "prometheus", uid: "$datasource" };
const columns = 24;
const heights = { stat: 4, timeseries: 8, heatmap: 8, bargauge: 8 } as const;

/** The dashboard as Grafana's JSON model, schema 39 (Grafana 11). */
export function dashboard(): object {
  return {
    uid: "contactlogd",
    title: "contactlogd",
    description: "From the end of a conversation to its contact log.",
    tags: ["contactlogd"],
    schemaVersion: 39,
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    templating: {
      list: [
        { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" },
        choice("instance", `label_values(up{job="contactlogd"}, instance)`),
        choice("brand", `label_values(contactlogd_contacts_total, brand)`),
      ],
    },
    panels: laidOut(),
  };
}

function choice(name: string, query: string): object {
  const all = { includeAll: true, allValue: ".*", multi: true, current: { text: "All", value: "$__all" } };
  return { name, label: name, type: "query", datasource, query: { query, refId: name }, refresh: 2, ...all };
}

function laidOut(): object[] {
  const laid: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    laid.push({
      id: laid.length + 1,
      type: "row",
      title,
      gridPos: { h: 1, w: columns, x: 0, y },
      panels: [],
    });
    y += 1;
    let x = 0;
    let h = 0;
    for (const panel of panels) {
      if (x + panel.width > columns) {
        y += h;
        x = 0;
        h = 0;
      }
      h = Math.max(h, heights[panel.kind]);
      laid.push({
        id: laid.length + 1,
        ...drawn(panel),
        gridPos: { h: heights[panel.kind], w: panel.width, x, y },
      });
      x += panel.width;
    }
    y += h;
  }
  return laid;
}

function drawn({ title, description, kind, unit, steps: [yellow, red] = [0, 0], queries }: Panel): object {
  const thresholds = {
    mode: "absolute",
    steps: [
      { color: "green", value: null },
      ...(red > 0
        ? [
            { color: "yellow", value: yellow },
            { color: "red", value: red },
          ]
        : []),
    ],
  };
  return {
    type: kind,
    title,
    description,
    datasource,
    fieldConfig: { defaults: { unit: unit ?? "short", min: 0, thresholds }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend ?? "",
      ...(kind === "heatmap" ? { format: "heatmap" } : {}),
      ...(kind === "stat" || kind === "bargauge" ? { instant: true } : {}),
    })),
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(dashboard(), null, 2)}\n`);
