import {
  byteLength,
  type FieldError,
  invalid,
  isDns1123Subdomain,
  isQualifiedName,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { Event } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import type { Column } from '../kind.ts';
import { translateTimestampSince } from '../printing/age.ts';
import { schemaOf } from '../schema/schemas.ts';
import { goTime } from './rules/go-time.ts';

/*
 * Rules and columns of Events, which two API groups serve: `v1` as it always was, `events.k8s.io/v1` with stricter
 * rules. Both are stored as v1, and messages name the fields of v1.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/events.go
 */

/** What both groups ask of an Event; `reporter` is what the group calls the reporting controller. */
export function validateEvent(event: Event, reporter = 'reportingComponent'): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, involvedObject = {}, eventTime } = event;
  const namespace = metadata.namespace ?? '';
  const target = involvedObject.namespace ?? '';
  // Events about objects without a namespace live in `default`, new ones in `kube-system` too.
  const fits = eventTime
    ? target !== '' || namespace === 'default' || namespace === 'kube-system'
    : target === ''
      ? namespace === '' || namespace === 'default'
      : target === namespace;
  if (!fits) errors.push(invalid('involvedObject.namespace', target, 'does not match event.namespace'));
  if (eventTime) newEvent(event, errors, reporter);
  for (const problem of isDns1123Subdomain(namespace)) errors.push(invalid('namespace', namespace, problem));
  return errors;
}

/** What events.k8s.io/v1 asks of a new Event besides. */
export function validateStrictCreate(event: Event): readonly FieldError[] {
  const errors: FieldError[] = [...seriesErrors(event)];
  if (!event.eventTime) errors.push(required('eventTime'));
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`));
  }
  const unset = (field: string, value: unknown): void => {
    if (value) errors.push(invalid(field, '', 'needs to be unset'));
  };
  unset('firstTimestamp', event.firstTimestamp);
  unset('lastTimestamp', event.lastTimestamp);
  unset('count', event.count);
  unset('source', event.source?.component || event.source?.host);
  return errors;
}

/** What events.k8s.io/v1 asks of an update besides: only the series may grow. */
export function validateStrictUpdate(event: Event, old: Event): readonly FieldError[] {
  const errors: FieldError[] = same('series', event, old) ? [] : [...seriesErrors(event)];
  const fixed = (name: keyof Event & string, value: unknown, field: string = name): void => {
    if (!same(name, event, old)) errors.push(invalid(field, value, 'field is immutable'));
  };
  fixed('involvedObject', dumpGo('core.ObjectReference', event.involvedObject));
  fixed('reason', event.reason ?? '');
  fixed('message', event.message ?? '');
  fixed('source', dumpGo('core.EventSource', event.source));
  fixed('firstTimestamp', goTime(event.firstTimestamp));
  fixed('lastTimestamp', goTime(event.lastTimestamp));
  fixed('count', event.count ?? 0);
  fixed('reason', event.reason ?? '');
  fixed('type', event.type ?? '');
  fixed('eventTime', goTime(event.eventTime));
  fixed('action', event.action ?? '');
  fixed('related', event.related && dumpGo('core.ObjectReference', event.related));
  fixed('reportingComponent', event.reportingComponent ?? '', 'reportingController');
  fixed('reportingInstance', event.reportingInstance ?? '');
  return errors;
}

/** Columns over an Event in its v1 form. */
export function eventColumns<T>(asV1: (object: T) => Event): readonly Column<T>[] {
  const text = (cell: (event: Event) => string) => (object: T) => cell(asV1(object));
  return [
    {
      name: 'Last Seen',
      type: 'string',
      description: 'Time since it was last seen.',
      cell: (object, { nowMs }) => {
        const event = asV1(object);
        return translateTimestampSince(
          event.series?.lastObservedTime || event.lastTimestamp || firstSeen(event),
          nowMs,
        );
      },
    },
    { name: 'Type', type: 'string', description: 'Normal or Warning.', cell: text((e) => e.type ?? '') },
    {
      name: 'Reason',
      type: 'string',
      description: 'Why it happened, in one word for machines.',
      cell: text((e) => e.reason ?? ''),
    },
    {
      name: 'Object',
      type: 'string',
      description: 'The object that it is about.',
      cell: text(({ involvedObject: { kind = '', name = '' } = {} }) =>
        name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
      ),
    },
    {
      name: 'Subobject',
      type: 'string',
      priority: 1,
      description: 'The part of the object that it is about.',
      cell: text(({ involvedObject }) => involvedObject?.fieldPath ?? ''),
    },
    {
      name: 'Source',
      type: 'string',
      priority: 1,
      description: 'The component that reported it.',
      cell: text(reporter),
    },
    {
      name: 'Message',
      type: 'string',
      description: 'What happened, for people.',
      cell: text((e) => (e.message ?? '').trim()),
    },
    {
      name: 'First Seen',
      type: 'string',
      priority: 1,
      description: 'Time since it was first seen.',
      cell: (object, { nowMs }) => translateTimestampSince(firstSeen(asV1(object)), nowMs),
    },
    {
      name: 'Count',
      type: 'string',
      priority: 1,
      description: 'How often it was seen.',
      cell: (object) => {
        const { series, count } = asV1(object);
        return series?.count ?? (count || 1);
      },
    },
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 1,
      description: 'Name of the Event.',
      cell: text(({ metadata }) => metadata.name ?? ''),
    },
  ];
}

/** Seconds for which Events are kept. */
export const EVENT_TTL_SECONDS = 3600;

/** Field selectors of Events. */
export const eventFields = (
  prefix: 'involvedObject' | 'regarding',
): Readonly<Record<string, (event: Event) => string>> => ({
  [`${prefix}.kind`]: ({ involvedObject: o }) => o?.kind ?? '',
  [`${prefix}.namespace`]: ({ involvedObject: o }) => o?.namespace ?? '',
  [`${prefix}.name`]: ({ involvedObject: o }) => o?.name ?? '',
  [`${prefix}.uid`]: ({ involvedObject: o }) => o?.uid ?? '',
  [`${prefix}.apiVersion`]: ({ involvedObject: o }) => o?.apiVersion ?? '',
  [`${prefix}.resourceVersion`]: ({ involvedObject: o }) => o?.resourceVersion ?? '',
  [`${prefix}.fieldPath`]: ({ involvedObject: o }) => o?.fieldPath ?? '',
  reason: ({ reason = '' }) => reason,
  ...(prefix === 'involvedObject'
    ? {
        reportingComponent: ({ reportingComponent = '' }: Event) => reportingComponent,
        source: ({ source, reportingComponent = '' }: Event) => source?.component || reportingComponent,
      }
    : { reportingController: ({ reportingComponent = '' }: Event) => reportingComponent }),
  type: ({ type = '' }) => type,
});

const MAX_SHORT = 128;
const MAX_NOTE = 1024;

/** Events that carry `eventTime` are of the new kind: they name their reporter and their action. */
function newEvent(event: Event, errors: FieldError[], reporter: string): void {
  const { reportingComponent: controller = '', reportingInstance: instance = '', action = '', reason = '' } = event;
  const atMost = (field: string, value: string, max: number): void => {
    if (byteLength(value) > max) errors.push(invalid(field, '', `can have at most ${max} characters`));
  };
  if (controller === '') errors.push(required(reporter));
  for (const problem of isQualifiedName(controller)) errors.push(invalid(reporter, controller, problem));
  if (instance === '') errors.push(required('reportingInstance'));
  atMost('reportingInstance', instance, MAX_SHORT);
  if (action === '') errors.push(required('action'));
  atMost('action', action, MAX_SHORT);
  if (reason === '') errors.push(required('reason'));
  atMost('reason', reason, MAX_SHORT);
  atMost('message', event.message ?? '', MAX_NOTE);
}

function seriesErrors({ series }: Event): readonly FieldError[] {
  if (!series) return [];
  const errors: FieldError[] = [];
  if ((series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'));
  return errors;
}

const firstSeen = ({ firstTimestamp, eventTime }: Event): string | undefined => firstTimestamp || eventTime;

/** `scheduler, node-1`: from the old fields, else from the new ones. */
function reporter({ source, reportingComponent = '', reportingInstance = '' }: Event): string {
  const component = source?.component || reportingComponent;
  const instance = source?.host || reportingInstance;
  return instance === '' ? component : `${component}, ${instance}`;
}

const EVENT = schemaOf('io.k8s.api.core.v1.Event');

function same(field: keyof Event & string, a: Event, b: Event): boolean {
  if (field === 'count') return (a.count ?? 0) === (b.count ?? 0);
  const schema = EVENT.byName.get(field)?.schema;
  return schema === undefined || semanticEqual(a[field], b[field], schema);
}
