import type { AccessAttributes, Allocators } from '@tabernetes/api';
import type { ApiRequest, KubeObject, ProtobufTable } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionChain } from './admission.ts';
import type { Authenticator } from './authentication.ts';
import type { Authorizer } from './authorization.ts';
import type { Kinds, Resource } from './kinds.ts';
import type { LeasePool } from './leases.ts';
import type { Offers } from './negotiation.ts';
import type { NodeConnector } from './node-connector.ts';
import type { RequestCounts } from './nonresource/request-counts.ts';
import type { VersionInfo } from './nonresource/version-info.ts';
import type { Siblings } from './registry/siblings.ts';
import type { ServerReader } from './server-reader.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** A watch that is running; disposing it ends it. */
export interface OpenWatch extends Disposable {
  readonly resource: Resource;
}

type Impersonation = typeof import('./impersonation.ts');
type Scales = typeof import('./subresources/scale.ts');

/** What every part of one server shares. */
export interface ServerContext {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly kinds: Kinds;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly admission: AdmissionChain;
  readonly allocators: Allocators;
  readonly nodes: NodeConnector | undefined;
  readonly tokens: TokenIssuer | undefined;
  readonly protobuf: ProtobufTable | undefined;
  readonly offers: Offers;
  readonly reader: ServerReader;
  readonly leases: LeasePool;
  readonly siblings: Siblings;
  readonly version: VersionInfo;
  readonly minRequestTimeoutMs: number;
  readonly bookmarkIntervalMs: number;
  readonly requests: RequestCounts;
  /** Open watches, ended when the server is disposed or their kind is removed. */
  readonly watches: Set<OpenWatch>;
  /** Fetches what a kind does, if need be. Undefined: it is at hand. */
  fetched(resource: Resource): Promise<void> | undefined;
  /** Fetched when somebody first acts as another. */
  impersonation(): Impersonation | Promise<Impersonation>;
  /** What reads and writes `/scale`, which few clusters ask for. */
  scales(): Scales | Promise<Scales>;
  report(error: unknown, request: ApiRequest): void;
  /** Somebody asked for what they may not do. */
  refused(attributes: AccessAttributes): void;
  /** Notes something about a request for who audits it. */
  annotate(request: ApiRequest, key: string, value: string): void;
}
