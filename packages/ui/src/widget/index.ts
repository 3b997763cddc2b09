export type { CheckState } from '@tabernetes/worker/connect';
export { type ClusterConnection, connectCluster } from '../world/cluster-connection.ts';
export { WIDGET_STYLES } from './styles.ts';
export { PANELS, type Panel, Widget, type WidgetProps } from './widget.tsx';
export { widgetMessages } from './widget-messages.ts';
