// Asks Prometheus what a panel asks, and gives the answer the form that Grafana's own data source gives it.

import { DataFrame, FieldType, Labels, rangeUtil, TimeRange, toDataFrame } from '@grafana/data';

export interface Target {
  refId: string;
  expr: string;
  legendFormat: string;
  instant: boolean;
  format: string;
}

interface Series {
  metric: Labels;
  value?: [number, string];
  values?: Array<[number, string]>;
}

const SCRAPE_INTERVAL = 15_000;

export async function ask<Answer>(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const answer = await response.json();
  if (answer.status !== 'success') {
    throw new Error(answer.error);
  }
  return answer.data;
}

/** The frames of one query; `points` is how many samples a line has room for. */
export async function framesOf(target: Target, range: TimeRange, points: number): Promise<DataFrame[]> {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const interval = Math.max(SCRAPE_INTERVAL, rangeUtil.roundInterval((to - from) / points));
  const query = interpolated(target.expr, interval, to - from);
  const parameters = target.instant
    ? { query, time: `${to / 1000}` }
    : { query, start: `${from / 1000}`, end: `${to / 1000}`, step: `${interval / 1000}` };
  const { result } = await ask<{ result: Series[] }>(target.instant ? 'query' : 'query_range', parameters);
  return target.format === 'table' ? [table(result, target)] : result.map((series) => line(series, target, query));
}

/** Grafana's variables replaced; a variable of the dashboard stands at "All". */
function interpolated(query: string, interval: number, range: number): string {
  const rate = Math.max(interval + SCRAPE_INTERVAL, 4 * SCRAPE_INTERVAL);
  return query
    .replaceAll('$__rate_interval', `${rate / 1000}s`)
    .replaceAll('$__interval', `${interval / 1000}s`)
    .replaceAll('$__range', `${range / 1000}s`)
    .replace(/\$\{?\w+(:\w+)?\}?/g, '.*');
}

function line(series: Series, target: Target, query: string): DataFrame {
  const samples = series.values ?? [series.value!];
  const legend = legendOf(series.metric, target.legendFormat, query);
  return toDataFrame({
    refId: target.refId,
    name: legend,
    fields: [
      { name: 'Time', type: FieldType.time, values: samples.map(([time]) => time * 1000), config: {} },
      {
        name: 'Value',
        type: FieldType.number,
        labels: series.metric,
        values: samples.map(([, value]) => Number(value.replace('Inf', 'Infinity'))),
        config: legend ? { displayNameFromDS: legend } : {},
      },
    ],
  });
}

function legendOf(labels: Labels, format: string, query: string): string | undefined {
  if (format === '__auto') {
    return Object.keys(labels).length ? undefined : query;
  }
  return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');
}

function table(result: Series[], target: Target): DataFrame {
  const names = [...new Set(result.flatMap((series) => Object.keys(series.metric)))].sort();
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: result.map((series) => series.value![0] * 1000) },
      ...names.map((name) => ({ name, type: FieldType.string, values: result.map((series) => series.metric[name]) })),
      { name: 'Value', type: FieldType.number, values: result.map((series) => Number(series.value![1])) },
    ],
  });
}
