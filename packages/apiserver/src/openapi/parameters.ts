/** Parameters of operations, in our own words; names and types are what clients look for. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly description: string;
  readonly required?: true;
  readonly schema: { readonly type: string; readonly uniqueItems: true };
}

const query = (name: string, type: string, description: string): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
});
const path = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  description,
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

export const PRETTY = query('pretty', 'string', 'If true, the answer is indented.');
export const NAME = path('name', 'Name of the object.');
export const NAMESPACE = path('namespace', 'Namespace of the object.');
export const PATH = path('path', 'Path of the request behind the proxy.');

const DRY_RUN = query('dryRun', 'string', 'All: everything is checked, nothing is stored.');
const FIELD_MANAGER = query(
  'fieldManager',
  'string',
  'Who makes the change, for managedFields; up to 128 printable characters.',
);
const FIELD_VALIDATION = query(
  'fieldValidation',
  'string',
  'What becomes of unknown and duplicate fields: Ignore, Warn (default) or Strict.',
);

export const LIST: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', 'Watches may receive BOOKMARK events.'),
  query('continue', 'string', 'Token of the answer that this one continues.'),
  query('fieldSelector', 'string', 'Restricts the answer by fields of the objects.'),
  query('labelSelector', 'string', 'Restricts the answer by labels of the objects.'),
  query('limit', 'integer', 'At most so many objects; the answer then has a continue token if there are more.'),
  query('resourceVersion', 'string', 'From which state of the cluster to answer.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'The watch begins with what there is, then a bookmark.'),
  query('timeoutSeconds', 'integer', 'When the call ends by itself.'),
  query('watch', 'boolean', 'Answer with a stream of changes.'),
];
export const WRITE: readonly Parameter[] = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION];
export const PATCH: readonly Parameter[] = [
  ...WRITE,
  query('force', 'boolean', 'Apply only: take over fields that others manage.'),
];
export const DELETE: readonly Parameter[] = [
  DRY_RUN,
  query('gracePeriodSeconds', 'integer', 'How long the object may take to go; 0 is at once.'),
  query('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];
/** Of logs. */
export const LOG: readonly Parameter[] = [
  query('container', 'string', 'Which container; may be left out when there is one.'),
  query('follow', 'boolean', 'Keep the answer open for what comes.'),
  query('insecureSkipTLSVerifyBackend', 'boolean', 'Trust the node without checking its certificate.'),
  query('limitBytes', 'integer', 'At most so many bytes.'),
  query('previous', 'boolean', 'The container before its last restart.'),
  query('sinceSeconds', 'integer', 'Only what was written so many seconds ago or later.'),
  query('stream', 'string', 'All, Stdout or Stderr.'),
  query('tailLines', 'integer', 'Only so many lines from the end.'),
  query('timestamps', 'boolean', 'Put a time in front of every line.'),
];
