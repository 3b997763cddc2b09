import { type KindDefinition, kinds } from '@tabernetes/api';
import type { ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { EVERYTHING, NOTHING, selectorFromLabels } from '@tabernetes/apimachinery';
import { replicasController } from '../replica-set/replica-set-controller.ts';
import type { ControllerContext } from '../runtime/context.ts';
import type { Controller } from '../runtime/controller.ts';

/**
 * Keeps as many Pods as a ReplicationController asks for: a ReplicaSet in all but how its selector is written.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/replication/replication_controller.go
 */
export const replicationController = (context: ControllerContext): Controller =>
  replicasController(context, {
    // The fields are the same; only `selectorOf` looks at the one that is not.
    kind: kinds.replicationController as unknown as KindDefinition<ReplicaSet>,
    name: 'replicationcontroller-controller',
    component: 'replication-controller',
    selectorOf: (rc) => {
      const selector = selectorFromLabels(rc.spec?.selector as Readonly<Record<string, string>> | undefined);
      return selector === EVERYTHING ? NOTHING : selector;
    },
  });
