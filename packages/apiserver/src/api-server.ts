import type { AccessAttributes, Allocators, KindDefinition } from '@tabernetes/api';
import type { ApiRequest, ApiResponse, KubeObject, ProtobufTable, Transport } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin } from './admission.ts';
import type { Authenticator } from './authentication.ts';
import type { Authorizer } from './authorization.ts';
import type { Fetch } from './fetch-face.ts';
import type { Kinds } from './kinds.ts';
import type { NodeConnector } from './node-connector.ts';
import type { PathHandler } from './nonresource/path-handler.ts';
import type { VersionInfo } from './nonresource/version-info.ts';
import type { ServerReader } from './server-reader.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** The API server: one core (`request`) with an HTTP face (`fetch`) over it. */
export interface ApiServer extends Transport, Disposable {
  /** Answers one request; never rejects. In process, set `user` and pass objects by reference. */
  request(request: ApiRequest): Promise<ApiResponse>;
  /** The same as HTTP: parses bodies, prints JSON or YAML, streams watches. */
  readonly fetch: Fetch;
  /** The kinds that are served; more can be added at run time. */
  readonly kinds: Kinds;
  /** Reads what is stored, as admission does. */
  readonly reader: ServerReader;
  /** Resolves when what is stored has been read (allocations); requests wait for it by themselves. */
  readonly ready: Promise<void>;
  /** Ends every watch and timer. Requests are refused afterwards. */
  dispose(): void;
}

export interface ApiServerDeps {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly kinds: readonly KindDefinition[];
  /** Default: nobody is known by a token; callers without `user` are anonymous. */
  readonly authenticator?: Authenticator;
  /** Default: {@link groupsAuthorizer}. */
  readonly authorizer?: Authorizer;
  /** In order. NamespaceLifecycle always comes first and need not be given. */
  readonly admission?: readonly AdmissionPlugin[];
  /** Default: 10.96.0.0/12 and 30000-32767. */
  readonly allocators?: Allocators;
  /** Without it, logs, exec and the like answer as for a node that cannot be reached. */
  readonly nodes?: NodeConnector;
  /** Issues tokens for ServiceAccounts. Without it TokenRequests are refused. */
  readonly tokens?: TokenIssuer;
  /** What request bodies in protobuf are read with. Without it they are refused. */
  readonly protobuf?: ProtobufTable;
  /** More paths outside of the resources (discovery, OpenAPI), asked before the built-in ones. */
  readonly paths?: readonly PathHandler[];
}

export interface ApiServerOptions {
  /** What `/version` says. Default: v1.32.13. */
  readonly version?: Partial<VersionInfo>;
  /** Is told of every unexpected throw, which the client sees as 500 InternalError. */
  readonly onError?: (error: unknown, request: ApiRequest) => void;
  /** Is told of every request that no authorizer allowed, before it is answered with 403. */
  readonly onRefusal?: (attributes: AccessAttributes) => void;
  /** Is told of the audit annotations that admission makes; nothing else keeps them. */
  readonly onAuditAnnotation?: (request: ApiRequest, key: string, value: string) => void;
  /** Watches without `timeoutSeconds` end after once to twice this. Default 1,800,000 (30 min). */
  readonly minRequestTimeoutMs?: number;
  /** Interval of bookmarks for watches that allow them. Default 60,000. */
  readonly bookmarkIntervalMs?: number;
  /** HTTP watches whose reader is more events behind are closed. Default 10,000. */
  readonly watchBufferEvents?: number;
}
