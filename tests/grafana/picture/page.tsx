// A generated dashboard as Grafana shows it: its header, its rows, and each panel in its place.

import {
  applyFieldOverrides, createTheme, dateTime, FieldConfigOptionsRegistry, FieldConfigPropertyItem, FieldConfigSource,
  identityOverrideProcessor, PanelData, standardTransformersRegistry, ThemeContext, TimeRange,
} from '@grafana/data';
import { GlobalStyles, Icon, PanelChrome } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

import 'uplot/dist/uPlot.min.css';

import { Visualization } from './panels';
import { framesOf } from './prometheus';

const theme = createTheme({ colors: { mode: 'dark' } });
const CELL = { height: 30, gap: 8 };
const drawn = { count: 0, wanted: -1 };

interface Place { x: number; y: number; w: number; h: number }

function inPixels({ x, y, w, h }: Place, width: number) {
  const column = (width + CELL.gap) / 24;
  const row = CELL.height + CELL.gap;
  return { left: x * column, top: y * row, width: w * column - CELL.gap, height: h * row - CELL.gap };
}

/** Every option that the panel sets, so that Grafana's code applies defaults and overrides alike. */
function registryOf(config: FieldConfigSource): FieldConfigOptionsRegistry {
  const names = new Set([...Object.keys(config.defaults).filter((name) => name !== 'custom'),
    ...Object.keys(config.defaults.custom ?? {}).map((name) => `custom.${name}`),
    ...config.overrides.flatMap((override) => override.properties.map((property) => property.id))]);
  return new FieldConfigOptionsRegistry(() => [...names].map((id) => ({
    id, path: id.replace('custom.', ''), name: id, isCustom: id.startsWith('custom.'), editor: () => null, override: () => null,
    process: identityOverrideProcessor, shouldApply: () => true, getItemsCount: () => 0,
  }) as unknown as FieldConfigPropertyItem));
}

async function dataOf(panel: any, range: TimeRange, width: number): Promise<PanelData['series']> {
  const answers = await Promise.all((panel.targets ?? []).map((target: any) => framesOf(target, range, width)));
  const fieldConfig = panel.fieldConfig as FieldConfigSource;
  return applyFieldOverrides({
    data: answers.flat(), fieldConfig, theme, timeZone: 'utc', replaceVariables: (text: string) => text,
    fieldConfigRegistry: registryOf(fieldConfig),
  });
}

function Panel({ panel, range, width }: { panel: any; range: TimeRange; width: number }) {
  const [frames, setFrames] = useState<PanelData['series']>();
  const [problem, setProblem] = useState<string>();
  const place = inPixels(panel.gridPos, width);
  useEffect(() => {
    dataOf(panel, range, Math.round(place.width)).then(setFrames, (error) => setProblem(String(error)))
      .finally(() => { drawn.count += 1; });
  }, []);
  const empty = frames && frames.length === 0 && panel.targets.length > 0;
  return (
    <div style={{ position: 'absolute', ...place }}>
      <PanelChrome title={panel.title} description={panel.description} width={place.width} height={place.height}
        padding={panel.type === 'table' ? 'none' : 'md'}>
        {(width, height) => problem || empty || !frames ? <p data-problem={panel.title}>{problem ?? 'No data'}</p> : (
          <Visualization type={panel.type} options={panel.options} fieldConfig={panel.fieldConfig} frames={frames}
            range={range} theme={theme} width={width} height={height} />
        )}
      </PanelChrome>
    </div>
  );
}

function Row({ row, width }: { row: any; width: number }) {
  return (
    <div style={{ position: 'absolute', ...inPixels(row.gridPos, width), display: 'flex', alignItems: 'center', gap: 8, fontWeight: 500, fontSize: 16 }}>
      <Icon name="angle-down" /> {row.title}
    </div>
  );
}

function Variable({ label, value }: { label: string; value: string }) {
  const box = { padding: '6px 10px', border: `1px solid ${theme.components.input.borderColor}`, borderRadius: 2 };
  return <span style={{ fontSize: 13, display: 'inline-flex' }}><b style={{ ...box, fontWeight: 500, background: theme.colors.background.secondary }}>{label}</b><span style={box}>{value}</span></span>;
}

function Dashboard({ dashboard, range }: { dashboard: any; range: TimeRange }) {
  const width = document.body.clientWidth - 32;
  const bottom = Math.max(...dashboard.panels.map(({ gridPos }: any) => gridPos.y + gridPos.h));
  drawn.wanted = dashboard.panels.filter((panel: any) => panel.type !== 'row').length;
  return (
    <main style={{ padding: 16 }}>
      <header style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', marginBottom: 12 }}>
        <h3 style={{ margin: 0 }}>{dashboard.title}</h3>
        <Variable label="Last" value={dashboard.time.from.replace('now-', '')} />
      </header>
      <div style={{ display: 'flex', gap: 12, marginBottom: 12 }}>
        {dashboard.templating.list.map((variable: any) => (
          <Variable key={variable.name} label={variable.label} value={variable.type === 'datasource' ? 'Prometheus' : 'All'} />
        ))}
      </div>
      <div style={{ position: 'relative', height: bottom * (CELL.height + CELL.gap) }}>
        {dashboard.panels.map((panel: any) => panel.type === 'row'
          ? <Row key={panel.id} row={panel} width={width} />
          : <Panel key={panel.id} panel={panel} range={range} width={width} />)}
      </div>
    </main>
  );
}

async function start() {
  const parameters = new URLSearchParams(location.search);
  const dashboard = await (await fetch(parameters.get('dashboard')!)).json();
  const to = dateTime(Number(parameters.get('now')) * 1000);
  const from = dateTime(to).subtract(parseInt(dashboard.time.from.slice(4), 10), dashboard.time.from.slice(-1));
  standardTransformersRegistry.setInit(() => []);
  createRoot(document.getElementById('page')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Dashboard dashboard={dashboard} range={{ from, to, raw: { from, to } }} />
    </ThemeContext.Provider>
  );
}

Object.assign(window, { drawn });
start();
