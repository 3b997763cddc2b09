import xterm from '@xterm/xterm/css/xterm.css?inline';
import app from '../app/app.css?inline';
import cluster from '../cluster-view/cluster.css?inline';
import events from '../events-view/events.css?inline';
import inspector from '../inspector/inspector.css?inline';
import forced from '../theme/forced-colors.css?inline';
import tokens from '../theme/tokens.css?inline';
import widget from './widget.css?inline';

/** All style sheets of a widget, in order, for the shadow root that it lives in. */
export const WIDGET_STYLES: readonly string[] = [tokens, app, cluster, events, inspector, xterm, widget, forced];
