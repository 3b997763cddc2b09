import {
  badRequest,
  canonical,
  conflict,
  type Draft,
  invalid,
  invalidStatus,
  notFound,
  settle,
} from '@tabernetes/apimachinery';
import type { TokenRequest } from '../generated/authentication-v1.ts';
import type { Pod, ServiceAccount } from '../generated/core-v1.ts';
import { type CreateSubresource, defineKind, type ParentReader, type TokenClaims } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * An identity for programs that run in Pods.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/
 */
export const serviceAccount = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  storageVersionHash: 'pbx9ZvyFpBE=',
  schema: schemaOf('io.k8s.api.core.v1.ServiceAccount'),
  returnsDeletedObject: true,

  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  warnings: ({ metadata }, old) =>
    metadata.annotations?.[MOUNTABLE] !== undefined && old?.metadata.annotations?.[MOUNTABLE] === undefined
      ? [
          `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ]
      : [],
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Secrets',
      type: 'string',
      description: 'Number of Secrets that Pods of this account may mount.',
      cell: ({ secrets = [] }) => secrets.length,
    },
    ageColumn,
  ],
  subresources: [tokenSubresource()],
});

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

/** A reference to a Secret is its name: the rest is dropped. */
function keepSecretNames(draft: Draft<ServiceAccount>): void {
  if (draft.secrets) draft.secrets = draft.secrets.map(({ name }) => (name ? { name } : {}));
}

/** Who accepts a token that names no audience. */
const API_AUDIENCE = 'https://kubernetes.default.svc.cluster.local';
const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/serviceaccount/storage/token.go */
function tokenSubresource(): CreateSubresource<ServiceAccount> {
  const schema = schemaOf('io.k8s.api.authentication.v1.TokenRequest');
  return {
    type: 'create',
    name: 'token',
    kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
    schema,
    defaults(draft: Draft<TokenRequest>) {
      draft.spec = { ...draft.spec, expirationSeconds: draft.spec?.expirationSeconds ?? DEFAULT_SECONDS };
    },
    async create(input, parent, context) {
      const request = input as TokenRequest;
      sameIfNamed(request, parent);
      const account = await parent.get();
      const spec = {
        ...request.spec,
        audiences: request.spec?.audiences?.length ? request.spec.audiences : [API_AUDIENCE],
        expirationSeconds: request.spec?.expirationSeconds ?? DEFAULT_SECONDS,
      };
      checkExpiration(spec.expirationSeconds);
      const { name: called, namespace: where } = parent;
      const filled = { ...request.metadata, name: called, namespace: where, creationTimestamp: context.now };
      const asked = canonical<TokenRequest>(schema, { ...request, metadata: filled, spec });
      const admitted = await parent.admit(asked);
      const { metadata } = account;
      const { name = '', namespace = '', uid = '' } = metadata;
      const boundObject = await boundTo(request, parent);
      const node = boundObject?.node;
      const status = await admitted.issueToken({
        serviceAccount: { namespace, name, uid },
        audiences: spec.audiences,
        expirationSeconds: spec.expirationSeconds,
        ...(boundObject && { boundObject: boundObject.reference }),
        ...(node && { node }),
      });
      // Told as it is: to print the token is to sign it.
      return settle({ ...asked, status });
    },
  };
}

const TOKEN_REQUEST = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

function sameIfNamed({ metadata }: TokenRequest, { name, namespace }: ParentReader<ServiceAccount>): void {
  const refuse = (field: string, value: string): never => {
    const detail = `must match the service account ${field} if specified`;
    throw invalidStatus(TOKEN_REQUEST, name, [invalid(`metadata.${field}`, value, detail)]);
  };
  if (metadata?.name && metadata.name !== name) refuse('name', metadata.name);
  if (metadata?.namespace && metadata.namespace !== namespace) refuse('namespace', metadata.namespace);
}

function checkExpiration(seconds: number): void {
  const detail =
    seconds < MIN_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > MAX_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (detail) throw invalidStatus(TOKEN_REQUEST, '', [invalid('spec.expirationSeconds', seconds, detail)]);
}

const BINDABLE = new Map([
  ['Pod', 'pods'],
  ['Secret', 'secrets'],
  ['Node', 'nodes'],
]);

/** The object that the token dies with. */
async function boundTo({ spec }: TokenRequest, parent: ParentReader<ServiceAccount>): Promise<Bound | undefined> {
  const reference = spec?.boundObjectRef;
  if (!reference) return undefined;
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const parts = apiVersion.split('/');
  // What is no version at all says as little as none.
  const [group, version] = parts.length > 2 ? ['', ''] : parts.length === 2 ? parts : ['', apiVersion];
  const plural = group === '' ? BINDABLE.get(kind) : undefined;
  if (plural === undefined) {
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  if (name === '') throw badRequest('Name parameter required.');
  const object = await parent.find({ group: '', plural }, kind === 'Node' ? '' : parent.namespace, name);
  if (object === undefined) throw notFound({ group: '', resource: plural }, name);
  if (kind === 'Pod' && (object as Pod).spec?.serviceAccountName !== parent.name) {
    throw badRequest(
      `cannot bind token for serviceaccount "${parent.name}" to pod running with different serviceaccount name.`,
    );
  }
  const actual = object.metadata.uid ?? '';
  if (uid !== '' && uid !== actual) {
    throw conflict(
      { group: '', resource: kind },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  const bound = { kind, apiVersion, name, uid: actual };
  const nodeName = kind === 'Pod' ? (object as Pod).spec?.nodeName : undefined;
  if (!nodeName) return { reference: bound };
  const node = await parent.find({ group: '', plural: 'nodes' }, '', nodeName);
  return { reference: bound, node: { name: nodeName, uid: node?.metadata.uid ?? '' } };
}

interface Bound {
  readonly reference: NonNullable<TokenClaims['boundObject']>;
  readonly node?: { readonly name: string; readonly uid: string };
}
