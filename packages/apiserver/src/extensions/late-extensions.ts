import type { KubeObject } from '@tabernetes/apimachinery';
import { type Disposable, fetchedOnce } from '@tabernetes/base';
import type { StoreEvent } from '@tabernetes/storage';
import type { AdmissionPlugin } from '../admission.ts';
import type { ApiServer } from '../api-server.ts';
import { servedDefinitions } from '../custom-resources/served-definitions.ts';
import { storagePrefix } from '../registry/keys.ts';
import type { ExtensionsDeps } from './deps.ts';
import type { UserAdmission } from './user-extensions.ts';

const ADMISSION_GROUP = 'admissionregistration.k8s.io';
const ADMISSION = [
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'validatingwebhookconfigurations',
];
const DEFINITIONS = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };

type DefinitionEvents = (events: readonly StoreEvent<KubeObject>[]) => void;

/** Custom resources, policies and webhooks, which are fetched and begin with the first write that needs them. */
export interface LateExtensions extends Disposable {
  /** In their order. */
  readonly admission: readonly AdmissionPlugin[];
  /** Begins what is stored already. */
  start(server: ApiServer): Promise<void>;
}

/** Resolves when policies and webhooks that are stored count. */
export async function lateExtensions(deps: ExtensionsDeps): Promise<LateExtensions> {
  const { store, clock } = deps;
  const parts: Disposable[] = [];
  let server: ApiServer | undefined;
  let running: UserAdmission | undefined;
  // What is fetched is waited for with time standing still; what then begins sends requests, and may need time.
  const fetched = fetchedOnce(clock, () => import('./user-extensions.ts'));
  const admission = once(async () => {
    const { userAdmission } = await fetched();
    running = await userAdmission(store, deps);
    parts.push(running);
    if (server !== undefined) await running.tellStatus(server);
  });
  let tellOfDefinitions: DefinitionEvents | undefined;
  const follow = (onEvents: DefinitionEvents): Disposable => {
    tellOfDefinitions = onEvents;
    return {
      dispose() {
        tellOfDefinitions = undefined;
      },
    };
  };
  const resources = once(async () => {
    const { customResources } = await fetched();
    if (server === undefined) throw new Error('custom resources begin with their server');
    parts.push(await customResources({ ...deps, server, follow }));
  });
  /** Whoever writes the first object of such a kind has the server begin: then it counts as soon as it is written. */
  const beginning: AdmissionPlugin = {
    name: 'LateExtensions',
    operations: ['CREATE'],
    resources: [...ADMISSION, DEFINITIONS.plural],
    replacesParts: true,
    async admit({ definition: { group } }) {
      if (group === ADMISSION_GROUP) await admission();
      else if (group === DEFINITIONS.group) await resources();
    },
  };
  const params: AdmissionPlugin = {
    name: 'ParamAccess',
    operations: ['CREATE', 'UPDATE'],
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    validate: (attributes, reader) => running?.params.validate?.(attributes, reader),
  };
  const isIdle = (of: (all: UserAdmission) => AdmissionPlugin): boolean =>
    running === undefined || of(running).isIdle?.() === true;
  const isStored = async (group: string, plural: string): Promise<boolean> =>
    (await store.range(storagePrefix({ group, plural }), { limit: 1 })).kvs.length > 0;

  for (const plural of ADMISSION) if (await isStored(ADMISSION_GROUP, plural)) await admission();
  return {
    admission: [
      beginning,
      params,
      {
        name: 'MutatingAdmissionWebhook',
        replacesParts: true,
        isIdle: () => isIdle(({ mutating }) => mutating),
        admit: (attributes, reader) => running?.mutating.admit?.(attributes, reader),
      },
      {
        name: 'ValidatingAdmissionPolicy',
        isIdle: () => isIdle(({ policies }) => policies),
        validate: (attributes, reader) => running?.policies.validate?.(attributes, reader),
      },
      {
        name: 'ValidatingAdmissionWebhook',
        isIdle: () => isIdle(({ validating }) => validating),
        validate: (attributes, reader) => running?.validating.validate?.(attributes, reader),
      },
    ],
    async start(started) {
      server = started;
      // Deleting one takes its objects along: that is the server's, not the kind's.
      server.kinds.add(servedDefinitions());
      // From the beginning: a kind is served before those who began to follow definitions later hear of it, and ask for its objects.
      const onEvents: DefinitionEvents = (events) => tellOfDefinitions?.(events);
      parts.push(store.watch({ prefix: storagePrefix(DEFINITIONS), onEvents }));
      if (await isStored(DEFINITIONS.group, DEFINITIONS.plural)) await resources();
      await running?.tellStatus(started);
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

/** Begins at the first call; all others wait for that one, unless it failed. */
function once(begin: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  return () => {
    begun ??= begin().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  };
}
