// Simple drawings of the panel types that are not on npm; colours, words and units are Grafana's all the same.

import { formattedValueToString, getFieldDisplayName } from '@grafana/data';
import { Badge, VizLegend } from '@grafana/ui';
import { LegendDisplayMode } from '@grafana/schema';
import React, { useEffect, useRef, useState } from 'react';

import { Drawn } from './panels';
import { ask } from './prometheus';

const NAME_WIDTH = 90;

export function StateTimeline({ frames, range, width, height, theme, fieldConfig }: Drawn) {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const row = (height - 48) / Math.max(1, frames.length);
  const x = (time: number) => NAME_WIDTH + ((time - from) / (to - from)) * (width - NAME_WIDTH);
  const field = frames[0]?.fields[1];
  return (
    <div style={{ position: 'relative', height, fontSize: 12 }}>
      {frames.map((frame, index) => (
        <React.Fragment key={index}>
          <span style={{ position: 'absolute', top: index * row + row / 2 - 9, width: NAME_WIDTH - 8, textAlign: 'right' }}>
            {getFieldDisplayName(frame.fields[1], frame, frames)}
          </span>
          {states(frame.fields[0].values, frame.fields[1].values).map(([start, end, value]) => (
            <div key={start} style={{
              position: 'absolute', top: index * row + row * 0.05, height: row * 0.9, left: x(start), width: x(end) - x(start),
              background: theme.visualization.getColorByName(frame.fields[1].display!(value).color!), opacity: 0.7,
            }} />
          ))}
        </React.Fragment>
      ))}
      <div style={{ position: 'absolute', bottom: 22, left: NAME_WIDTH, right: 0, display: 'flex', justifyContent: 'space-between' }}>
        {[0, 0.25, 0.5, 0.75, 1].map((part) => <span key={part}>{new Date(from + part * (to - from)).toISOString().slice(11, 16)}</span>)}
      </div>
      <div style={{ position: 'absolute', bottom: -4 }}>
        {field && <VizLegend displayMode={LegendDisplayMode.List} placement="bottom" items={legend(fieldConfig).map(([value]) => ({
          label: field.display!(value).text, color: field.display!(value).color, yAxis: 1,
        }))} />}
      </div>
    </div>
  );
}

function legend(fieldConfig: Drawn['fieldConfig']): number[][] {
  return Object.keys((fieldConfig.defaults.mappings?.[0] as any)?.options ?? {}).map((value) => [Number(value)]);
}

/** Runs of equal values: start, end, value. */
function states(times: number[], values: number[]): number[][] {
  const found: number[][] = [];
  times.forEach((time, index) => {
    const last = found.at(-1);
    if (last && last[2] === values[index]) {
      last[1] = time;
    } else {
      found.push([last ? last[1] : time, time, values[index]]);
    }
  });
  return found;
}

interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: string;
}

export function AlertList({ options }: Drawn) {
  const [alerts, setAlerts] = useState<Alert[]>([]);
  useEffect(() => {
    ask<{ alerts: Alert[] }>('alerts').then((answer) => setAlerts(answer.alerts));
  }, []);
  const shown = alerts.filter((alert) => options.stateFilter[alert.state]);
  return (
    <div>
      {shown.map((alert, index) => (
        <div key={index} style={{ padding: '8px 4px', borderBottom: '1px solid rgba(204,204,220,.12)' }}>
          <div style={{ fontWeight: 500, marginBottom: 4 }}>{alert.labels.alertname}</div>
          <Badge color={alert.state === 'firing' ? 'red' : 'orange'} text={alert.state} />
          <span style={{ marginLeft: 8, fontSize: 12, opacity: 0.8 }}>{alert.annotations.summary}</span>
        </div>
      ))}
      {shown.length === 0 && <p>No alerts matching filters</p>}
    </div>
  );
}

export function Heatmap({ frames, width, height, options }: Drawn) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = [...frames].sort((one, other) => bound(one) - bound(other));
  useEffect(() => {
    const pen = canvas.current!.getContext('2d')!;
    const columns = rows[0]?.length ?? 0;
    const cells = rows.map((frame, index) => frame.fields[1].values.map((value, at) => value - (rows[index - 1]?.fields[1].values[at] ?? 0)));
    const most = Math.max(...cells.flat());
    cells.forEach((row, index) => row.forEach((value, at) => {
      const strength = Math.pow(Math.max(0, value) / most, options.color.exponent);
      pen.fillStyle = `rgba(255, ${180 - 120 * strength}, 60, ${strength})`;
      pen.fillRect(NAME_WIDTH + (at / columns) * (width - NAME_WIDTH), height - ((index + 1) / rows.length) * height,
        (width - NAME_WIDTH) / columns, height / rows.length - 1);
    }));
  });
  return (
    <div style={{ position: 'relative', fontSize: 12 }}>
      <canvas ref={canvas} width={width} height={height} />
      {rows.map((frame, index) => (
        <span key={index} style={{ position: 'absolute', top: height - ((index + 1) / rows.length) * height, left: 8 }}>
          {Number.isFinite(bound(frame)) ? formattedValueToString(frame.fields[1].display!(bound(frame))) : '+Inf'}
        </span>
      ))}
    </div>
  );
}

function bound(frame: Drawn['frames'][number]): number {
  return Number(frame.fields[1].labels!.le.replace('Inf', 'Infinity'));
}
