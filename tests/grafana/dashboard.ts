// A dashboard as Grafana's own types describe it: everything that aimon writes has to be assignable to `Dashboard`.
//
// Four things are stricter than in @grafana/schema: enumerations are written as their values, every panel type has its
// own options and its own drawing of fields, reductions are known ones, and what Grafana leaves open about Prometheus'
// targets, about colours and about overrides is spelled out.

import type * as schema from '@grafana/schema';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as piechart from '@grafana/schema/dist/esm/raw/composable/piechart/panelcfg/x/PieChartPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as states from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// Enumerations as JSON has them: 'list' where TypeScript wants LegendDisplayMode.List.
type Plain<T> = unknown extends T ? T
  : T extends string ? `${T}`
  : T extends number | boolean | null | undefined ? T
  : { [Key in keyof T]: Plain<T[Key]> };

type With<T, Keys extends keyof T> = T & Required<Pick<T, Keys>>;
type Nothing = Record<string, never>;

// @grafana/data's ReducerID, without the single percentiles.
type Calculation = 'sum' | 'max' | 'min' | 'logmin' | 'mean' | 'variance' | 'stdDev' | 'last' | 'median' | 'first' | 'count'
  | 'range' | 'diff' | 'diffperc' | 'delta' | 'step' | 'firstNotNull' | 'lastNotNull' | 'changeCount' | 'distinctCount'
  | 'allIsZero' | 'allIsNull' | 'allValues' | 'uniqueValues';

type Reduced<Options> = Omit<Options, 'reduceOptions'> & {
  reduceOptions: Omit<schema.ReduceDataOptions, 'calcs'> & { calcs: [Calculation, ...Calculation[]] };
};

interface DataSource { type: 'prometheus'; uid: '${datasource}' }

interface Target {
  refId: string;
  datasource: DataSource;
  editorMode: 'code' | 'builder';
  expr: string;
  legendFormat: string;
  format: 'time_series' | 'table' | 'heatmap';
  instant: boolean;
  range: boolean;
  exemplar: boolean;
}

type Override = Plain<
  | { id: 'color'; value: schema.FieldColor }
  | { id: 'unit'; value: string }
  | { id: `custom.${keyof schema.GraphFieldConfig}`; value: unknown }>;

type Fields<Custom> = {
  defaults: Plain<Omit<schema.FieldConfig, 'custom'>> & { custom?: Plain<Custom> };
  overrides: Array<{
    matcher: { id: 'byName' | 'byRegexp' | 'byType' | 'byFrameRefID'; options: string };
    properties: Override[];
  }>;
};

type Of<Type extends string, Options, Custom> = Plain<Omit<With<schema.Panel, 'id' | 'title' | 'description' | 'gridPos'>,
  'type' | 'datasource' | 'targets' | 'fieldConfig' | 'options'>> & { type: Type; fieldConfig: Fields<Custom>; options: Plain<Options> };

type OfQueries<Type extends string, Options, Custom> = Of<Type, Options, Custom> & { datasource: DataSource; targets: [Target, ...Target[]] };

// The alert list has no published type: https://grafana.com/docs/grafana/latest/panels-visualizations/visualizations/alert-list/
interface AlertListOptions {
  viewMode: 'list' | 'stat';
  groupMode: 'default' | 'custom';
  alertName: string;
  sortOrder: 1 | 2 | 3 | 4 | 5;
  maxItems: number;
  dashboardAlerts: boolean;
  datasource: string;
  stateFilter: Record<'firing' | 'pending' | 'noData' | 'normal' | 'error' | 'recovering', boolean>;
}

type Panel =
  | OfQueries<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | OfQueries<'stat', Reduced<Partial<stat.Options>>, Nothing>
  | OfQueries<'gauge', Reduced<Partial<gauge.Options>>, Nothing>
  | OfQueries<'bargauge', Reduced<Partial<bargauge.Options>>, Nothing>
  | OfQueries<'piechart', Reduced<Partial<piechart.Options>>, piechart.FieldConfig>
  | OfQueries<'table', Partial<table.Options>, Partial<table.FieldConfig>>
  | OfQueries<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | OfQueries<'state-timeline', states.Options, states.FieldConfig>
  | Of<'text', text.Options, Nothing> & { targets: [] }
  | Of<'alertlist', AlertListOptions, Nothing> & { targets: [] };

type Row = Plain<Omit<With<schema.RowPanel, 'title' | 'gridPos'>, 'panels'>> & { panels: [] };

type Variable = Plain<Omit<With<schema.VariableModel, 'label' | 'query' | 'refresh'>, 'current' | 'query'>> & {
  current: Plain<schema.VariableOption> | Nothing;
  query: string | { query: string; refId: string };
  definition?: string;
};

type Annotation = Plain<schema.AnnotationQuery> & {
  expr?: string;
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  step?: string;
  useValueForTime?: boolean;
};

interface Input {
  name: 'datasource';
  label: string;
  description: string;
  type: 'datasource';
  pluginId: 'prometheus';
  pluginName: 'Prometheus';
}

type Seconds = '' | `${number}${'s' | 'm' | 'h' | 'd'}`;

export type Dashboard = Plain<Omit<With<schema.Dashboard, 'id' | 'uid' | 'title' | 'tags' | 'time' | 'timezone' | 'timepicker' | 'links'>,
  'schemaVersion' | 'refresh' | 'panels' | 'annotations' | 'templating'>> & {
  schemaVersion: 42;
  refresh: Seconds;
  panels: Array<Panel | Row>;
  annotations: { list: Annotation[] };
  templating: { list: Variable[] };
  __inputs?: Input[];
  __elements?: Nothing;
  __requires?: Array<{ type: 'grafana' | 'datasource' | 'panel'; id: string; name: string; version: string }>;
};
