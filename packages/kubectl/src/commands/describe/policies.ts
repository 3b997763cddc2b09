import type { PodDisruptionBudget } from '@tabernetes/api/types/policy-v1';
import type { PriorityClass } from '@tabernetes/api/types/scheduling-v1';
import { formatLabelSelector, type ObjectMeta } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import { of } from './describer.ts';
import { heads } from './description.ts';
import { events } from './events.ts';
import { head, inline } from './metadata.ts';

export const podDisruptionBudget = of<PodDisruptionBudget>(async (context, object, d) => {
  const { metadata, spec = {}, status } = object;
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Namespace', metadata.namespace ?? '');
  if (spec.minAvailable !== undefined) d.field(0, 'Min available', spec.minAvailable);
  else if (spec.maxUnavailable !== undefined) d.field(0, 'Max unavailable', spec.maxUnavailable);
  d.field(0, 'Selector', spec.selector ? formatLabelSelector(spec.selector) : '<unset>');
  d.write(0, 'Status:\n');
  d.field(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0);
  d.field(2, 'Current', status?.currentHealthy ?? 0);
  d.field(2, 'Desired', status?.desiredHealthy ?? 0);
  d.field(2, 'Total', status?.expectedPods ?? 0);
  await events(context, object, d);
});

export const priorityClass = of<PriorityClass>(async (context, object, d) => {
  d.field(0, 'Name', object.metadata.name ?? '');
  d.field(0, 'Value', object.value ?? 0);
  d.field(0, 'GlobalDefault', object.globalDefault === true);
  d.field(0, 'PreemptionPolicy', object.preemptionPolicy ?? '');
  d.field(0, 'Description', object.description ?? '');
  d.field(0, 'Annotations', inline(object.metadata.annotations));
  await events(context, object, d);
});

/** Kinds of networking.k8s.io/v1beta1: not served by default, described all the same. */
export const serviceCidr = of<{
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly cidrs?: readonly string[] };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}>(async (context, object, d) => {
  head(d, object.metadata, false);
  d.field(0, 'CIDRs', (object.spec?.cidrs ?? []).join(', '));
  const conditions = object.status?.conditions ?? [];
  if (conditions.length > 0) {
    d.write(0, 'Status:\n');
    d.write(0, 'Conditions:\n');
    heads(d, 1, ['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message']);
    for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions) {
      d.write(1, `${type}\t${status}\t${rfc1123(lastTransitionTime)}\t${reason}\t${message}\n`);
    }
  }
  await events(context, object, d);
});

export const ipAddress = of<{
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string;
      readonly resource?: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
}>(async (context, object, d) => {
  head(d, object.metadata, false);
  const parent = object.spec?.parentRef;
  if (parent) {
    d.write(0, 'Parent Reference:\n');
    d.field(1, 'Group', parent.group ?? '');
    d.field(1, 'Resource', parent.resource ?? '');
    d.field(1, 'Namespace', parent.namespace ?? '');
    d.field(1, 'Name', parent.name ?? '');
  }
  await events(context, object, d);
});
