import { kinds, schemaOf } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '@tabernetes/api/types/policy-v1';
import {
  goSelector,
  isConflict,
  type LabelSelector,
  labelSelectorAsSelector,
  objectKey,
  StatusError,
  semanticEqual,
} from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { BY_LABEL, indexByLabel, labelKey } from '../services/membership.ts';
import { expectedScale, ScaleProblem } from './expected-scale.ts';
import { budgetStatus, countHealthy, countsScale, disruptedPods, failedStatus } from './plan.ts';
import { staleDisruptions } from './stale-disruptions.ts';

const STATUS = schemaOf('io.k8s.api.policy.v1.PodDisruptionBudgetStatus');

/**
 * Says in the status of PodDisruptionBudgets how many Pods may be evicted; the eviction API goes by that. It also takes
 * back `DisruptionTarget` of Pods that stay after all.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/disruption/disruption.go
 */
export function disruptionController(context: ControllerContext): Controller {
  const parts = [budgets(context), staleDisruptions(context)];
  return {
    name: 'disruption-controller',
    async start() {
      for (const part of parts) await part.start();
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

function budgets(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const pdbs = informers.for(kinds.podDisruptionBudget);
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.podDisruptionBudget);
  const recorder = createEventRecorder(context, { component: 'controllermanager' });
  const scales = expectedScale(context);
  indexByLabel(pods);

  function podsOf({ metadata: { namespace = '' }, spec }: PodDisruptionBudget): readonly Pod[] {
    const [label] = Object.entries(spec?.selector?.matchLabels ?? {});
    const candidates =
      label === undefined ? pods.lister.list(namespace) : pods.lister.byIndex(BY_LABEL, labelKey(namespace, ...label));
    const selector = labelSelectorAsSelector(spec?.selector);
    return candidates.filter(({ metadata }) => selector.matches(metadata.labels ?? {}));
  }

  const budgetsOf = ({ metadata }: Pod): readonly PodDisruptionBudget[] =>
    pdbs.lister
      .list(metadata.namespace)
      .filter(({ spec }) => labelSelectorAsSelector(spec?.selector).matches(metadata.labels ?? {}));

  async function expectedOf(pdb: PodDisruptionBudget, selected: readonly Pod[], signal: AbortSignal): Promise<number> {
    if (!countsScale(pdb)) return pdb.spec?.minAvailable === undefined ? 0 : selected.length;
    const { expected, unmanaged } = await scales.of(selected, signal);
    if (unmanaged) recorder.event(pdb, 'Warning', 'UnmanagedPods', unmanagedText(pdb.spec?.selector));
    return expected;
  }

  const writeStatus = async (
    pdb: PodDisruptionBudget,
    status: PodDisruptionBudgetStatus,
    signal: AbortSignal,
  ): Promise<void> => {
    if (!semanticEqual(pdb.status, status, STATUS)) await write.updateStatus({ ...pdb, status }, { signal });
  };

  return createController(context, {
    name: 'disruption-controller',
    informers: [pdbs, pods, ...scales.informers],
    watch: (queue) => {
      const add = (pdb: PodDisruptionBudget): void => queue.add(objectKey(pdb));
      const look = (pod: Pod): void => {
        const matching = budgetsOf(pod);
        matching.forEach(add);
        const [first] = matching;
        if (first === undefined || matching.length < 2) return;
        const { namespace, name } = pod.metadata;
        const text = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${first.metadata.name}" arbitrarily.`;
        recorder.event(pod, 'Warning', 'MultiplePodDisruptionBudgets', text);
      };
      return [
        pdbs.addHandler({ onAdd: add, onUpdate: add }),
        pods.addHandler({
          onAdd: look,
          onUpdate(pod, old) {
            look(pod);
            if (pod.metadata.labels !== old.metadata.labels) budgetsOf(old).forEach(add);
          },
          onDelete: look,
        }),
      ];
    },
    async reconcile(key, signal): Promise<Result> {
      const pdb = pdbs.lister.byKey(key);
      if (pdb === undefined) return DONE;
      const selected = podsOf(pdb);
      if (selected.length === 0) recorder.event(pdb, 'Normal', 'NoPods', 'No matching pods found');
      try {
        const expected = await expectedOf(pdb, selected, signal);
        const nowMs = clock.now();
        const disrupted = disruptedPods(pdb, selected, nowMs);
        const { namespace } = pdb.metadata;
        for (const pod of disrupted.stayed) {
          // Upstream names the namespace twice.
          const text = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
          recorder.event(pod, 'Warning', 'NotDeleted', text);
        }
        const healthy = countHealthy(selected, disrupted.pods, nowMs);
        await writeStatus(pdb, budgetStatus(pdb, { expected, healthy, disrupted: disrupted.pods }, nowMs), signal);
        return disrupted.recheckMs === undefined ? DONE : { requeueAfterMs: disrupted.recheckMs };
      } catch (error) {
        if (!(error instanceof ScaleProblem || error instanceof StatusError)) throw error;
        if (isConflict(error)) throw error;
        if (error instanceof ScaleProblem) {
          const text = `Failed to calculate the number of expected pods: ${error.message}`;
          recorder.event(pdb, 'Warning', 'CalculateExpectedPodCountFailed', text);
        }
        await writeStatus(pdb, failedStatus(pdb, error.message, clock.now()), signal);
        return DONE;
      }
    },
  });
}

const unmanagedText = (selector: LabelSelector | undefined): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${goSelector(selector ?? {})}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
