import type { DaemonSet, Deployment, StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { type Info, pathOf } from '../../resources/info.ts';
import { asInformer, glance, informerList, informerWatch, watchUntil } from '../../watching/watch-until.ts';
import { rolloutSelection } from './rollout-selection.ts';

interface Progress {
  readonly text: string;
  readonly done: boolean;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_status/ */
export const status: Command = {
  async run(context) {
    const { flags, err, namespace } = context;
    const revision = flags.number('revision');
    if (revision < 0) throw new Error(`revision must be a positive integer: ${revision}`);
    const selection = await rolloutSelection(context);
    let found = 0;
    await selection.visit(async (info) => {
      found++;
      await follow(context, info, revision);
    });
    if (found === 0) err.write(`No resources found in ${namespace().name} namespace.\n`);
    return undefined;
  },
};

async function follow(context: CommandContext, info: Info, revision: number): Promise<void> {
  const { flags, out, clock, process } = context;
  const { resource, namespace, name } = info;
  if (resource === undefined) return;
  const view = viewerOf(info);
  const timeoutMs = flags.number('timeout');
  if (timeoutMs < 0) context.complain('until.go:159', 'Timeout for context shall not be negative!');
  const endMs = clock.now() + timeoutMs;
  const look = async (object: KubeObject): Promise<boolean> => {
    const { text, done } = view(object, revision);
    out.write(text);
    await out.flush();
    return done || !flags.bool('watch');
  };
  const path = pathOf(resource, namespace);
  const fieldSelector = `metadata.name=${name}`;
  const list = async (): Promise<ListAnswer> => informerList(context, path, { fieldSelector });
  await asInformer(context, async () => {
    const { metadata, items: [first] = [] } = await list();
    let version = metadata.resourceVersion ?? '0';
    let seen = first?.metadata.resourceVersion;
    const watchQuery = (): Readonly<Record<string, string>> => ({
      fieldSelector,
      ...informerWatch(process.rng, version),
    });
    if (first !== undefined && (await look(first))) {
      await glance(context, path, watchQuery());
      return;
    }
    for (;;) {
      const leftMs = timeoutMs <= 0 ? 0 : endMs - clock.now();
      if (timeoutMs > 0 && leftMs <= 0) throw new Error('timed out waiting for the condition');
      let isForgotten = false;
      const event = await watchUntil(context, path, {
        query: watchQuery(),
        timeoutMs: leftMs,
        async isMet({ type, object }) {
          version = object.metadata?.resourceVersion ?? version;
          if (type === 'DELETED') throw new Error('object has been deleted');
          isForgotten ||= type === 'ERROR';
          if (type !== 'ADDED' && type !== 'MODIFIED') return false;
          seen = object.metadata.resourceVersion;
          return look(object);
        },
      });
      if (event !== undefined) return;
      if (isForgotten) {
        const { metadata: now, items: [item] = [] } = await list();
        version = now.resourceVersion ?? '0';
        if (item !== undefined && item.metadata.resourceVersion !== seen && (await look(item))) return;
        seen = item?.metadata.resourceVersion;
      }
      if (timeoutMs > 0 && clock.now() >= endMs) throw new Error('timed out waiting for the condition');
    }
  });
}

interface ListAnswer {
  readonly metadata: { readonly resourceVersion?: string };
  readonly items?: readonly KubeObject[];
}

function viewerOf({ resource }: Info): (object: KubeObject, revision: number) => Progress {
  const kind = `${resource?.kind}.${resource?.group}`;
  if (kind === 'Deployment.apps') return ofDeployment;
  if (kind === 'DaemonSet.apps') return ofDaemonSet;
  if (kind === 'StatefulSet.apps') return ofStatefulSet;
  const text = `${resource?.kind}${resource?.group ? `.${resource.group}` : ''}`;
  throw new Error(`no status viewer has been implemented for ${text}`);
}

const waiting = (text: string): Progress => ({ text: `${text}...\n`, done: false });

function ofDeployment(object: KubeObject, wanted: number): Progress {
  const { metadata, spec, status: state = {} } = object as Deployment;
  const name = JSON.stringify(metadata.name ?? '');
  if (wanted > 0) {
    const running = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    if (running !== wanted) {
      throw new Error(`desired revision (${wanted}) is different from the running revision (${running})`);
    }
  }
  if ((metadata.generation ?? 0) > (state.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed');
  }
  const progressing = state.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw new Error(`deployment ${name} exceeded its progress deadline`);
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = state;
  const head = `Waiting for deployment ${name} rollout to finish:`;
  if (spec?.replicas !== undefined && updatedReplicas < spec.replicas) {
    return waiting(`${head} ${updatedReplicas} out of ${spec.replicas} new replicas have been updated`);
  }
  if (replicas > updatedReplicas) {
    return waiting(`${head} ${replicas - updatedReplicas} old replicas are pending termination`);
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(`${head} ${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  }
  return { text: `deployment ${name} successfully rolled out\n`, done: true };
}

function ofDaemonSet(object: KubeObject): Progress {
  const { metadata, spec, status: state } = object as DaemonSet;
  const name = JSON.stringify(metadata.name ?? '');
  if (spec?.updateStrategy?.type !== 'RollingUpdate') {
    throw new Error('rollout status is only available for RollingUpdate strategy type');
  }
  if ((metadata.generation ?? 0) > (state?.observedGeneration ?? 0)) {
    return waiting('Waiting for daemon set spec update to be observed');
  }
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = state ?? {};
  const head = `Waiting for daemon set ${name} rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(`${head} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`);
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(`${head} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available`);
  }
  return { text: `daemon set ${name} successfully rolled out\n`, done: true };
}

function ofStatefulSet(object: KubeObject): Progress {
  const { metadata, spec, status: state } = object as StatefulSet;
  const strategy = spec?.updateStrategy;
  if (strategy?.type !== 'RollingUpdate') {
    throw new Error('rollout status is only available for RollingUpdate strategy type');
  }
  const observed = state?.observedGeneration ?? 0;
  if (observed === 0 || (metadata.generation ?? 0) > observed) {
    return waiting('Waiting for statefulset spec update to be observed');
  }
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = state ?? {};
  const replicas = spec?.replicas;
  if (replicas !== undefined && readyReplicas < replicas) {
    return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready`);
  }
  if (strategy.rollingUpdate !== undefined) {
    const { partition } = strategy.rollingUpdate;
    if (replicas !== undefined && partition !== undefined && updatedReplicas < replicas - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${replicas - partition} new pods have been updated`,
      );
    }
    return { text: `partitioned roll out complete: ${updatedReplicas} new pods have been updated...\n`, done: true };
  }
  if (state?.updateRevision !== state?.currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${state?.updateRevision}`,
    );
  }
  return {
    text: `statefulset rolling update complete ${currentReplicas} pods at revision ${state?.currentRevision}...\n`,
    done: true,
  };
}
