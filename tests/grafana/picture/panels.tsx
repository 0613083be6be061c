// Grafana's own components for the panel types that are on npm.

import {
  DataFrame, DisplayValueAlignmentFactors, FieldConfigSource, FieldDisplay, getDisplayValueAlignmentFactors,
  getFieldDisplayValues, GrafanaTheme2, renderMarkdown, TimeRange, VizOrientation,
} from '@grafana/data';
import { BarGauge, BigValue, TimeSeries, VizRepeater, VizRepeaterRenderValueProps } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import React from 'react';

import { AlertList, Heatmap, StateTimeline } from './stand-ins';

export interface Drawn {
  type: string;
  options: any;
  fieldConfig: FieldConfigSource;
  frames: DataFrame[];
  range: TimeRange;
  theme: GrafanaTheme2;
  width: number;
  height: number;
}

export function Visualization(panel: Drawn): React.ReactElement {
  const Component = COMPONENTS[panel.type];
  return Component ? <Component {...panel} /> : <p>{panel.type} is not on npm and is not drawn.</p>;
}

function Lines({ frames, options, range, width, height }: Drawn) {
  return (
    <TimeSeries frames={frames} width={width} height={height} timeRange={range} timeZone="utc" legend={options.legend}
      options={options} structureRev={1} />
  );
}

function valuesOf({ frames, options, fieldConfig, theme }: Drawn): FieldDisplay[] {
  return getFieldDisplayValues({
    data: frames, reduceOptions: options.reduceOptions, fieldConfig, theme, timeZone: 'utc',
    replaceVariables: (text) => text, sparkline: options.graphMode === 'area',
  });
}

type Repeated = VizRepeaterRenderValueProps<FieldDisplay, DisplayValueAlignmentFactors>;

function Repeat(panel: Drawn & { auto: boolean; spacing: number; draw: (value: Repeated) => React.ReactElement }) {
  const orientation = panel.options.orientation === 'auto' && !panel.auto ? VizOrientation.Horizontal : panel.options.orientation;
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={() => valuesOf(panel)} getAlignmentFactors={getDisplayValueAlignmentFactors} renderValue={panel.draw}
      source={panel.frames} renderCounter={1} width={panel.width} height={panel.height} orientation={orientation}
      itemSpacing={panel.spacing} autoGrid={panel.auto} minVizHeight={panel.options.minVizHeight}
    />
  );
}

function Stat(panel: Drawn) {
  const { options, theme } = panel;
  return (
    <Repeat {...panel} auto spacing={3} draw={({ value, width, height, alignmentFactors, count }) => (
      <BigValue value={value.display} sparkline={value.sparkline} width={width} height={height} count={count} theme={theme}
        alignmentFactors={alignmentFactors} colorMode={options.colorMode} graphMode={options.graphMode}
        justifyMode={options.justifyMode} textMode={options.textMode} disableWideLayout={!options.wideLayout} />
    )} />
  );
}

function Bars(panel: Drawn) {
  const { options, theme } = panel;
  return (
    <Repeat {...panel} auto={false} spacing={10} draw={({ value, width, height, orientation, alignmentFactors }) => (
      <BarGauge value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex!)}
        width={width} height={height} orientation={orientation} theme={theme} itemSpacing={10} lcdCellWidth={8}
        alignmentFactors={alignmentFactors} displayMode={options.displayMode} showUnfilled={options.showUnfilled}
        valueDisplayMode={options.valueMode} namePlacement={options.namePlacement} />
    )} />
  );
}

function Table({ frames, options, width, height }: Drawn) {
  const [frame] = frames;
  return frame ? (
    <TableNG data={frame} width={width} height={height} noHeader={!options.showHeader} cellHeight={options.cellHeight}
      initialSortBy={options.sortBy} structureRev={1} getActions={() => []} fieldConfig={{ defaults: {}, overrides: [] }} />
  ) : <p>No data</p>;
}

function Text({ options }: Drawn) {
  return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: renderMarkdown(options.content) }} />;
}

const COMPONENTS: Record<string, (panel: Drawn) => React.ReactElement> = {
  timeseries: Lines,
  stat: Stat,
  bargauge: Bars,
  table: Table,
  text: Text,
  'state-timeline': StateTimeline,
  alertlist: AlertList,
  heatmap: Heatmap,
};
