import { goQuote, type StatusCause, StatusError } from '@tabernetes/apimachinery';

/** Ends the command with this text on stderr (as it stands, no prefix) and this exit code. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;
  constructor(code: number, message = '') {
    super(message);
    this.code = code;
  }
}

/** Several errors that are told together, a line each. */
export class Aggregate extends Error {
  override readonly name = 'Aggregate';
  readonly errors: readonly unknown[];
  constructor(errors: readonly unknown[]) {
    const texts = [...new Set(errors.map((error) => messageOf(error)))];
    super(texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`);
    this.errors = errors;
  }
}

/**
 * What is left of an error without what nobody minds; undefined: nothing. What was a list stays one, even of a single error.
 *
 * @see k8s.io/apimachinery/pkg/util/errors/errors.go FilterOut
 */
export function withoutThose(error: unknown, isMinor: (error: unknown) => boolean): unknown {
  if (!(error instanceof Aggregate)) return isMinor(error) ? undefined : error;
  const left = error.errors.map((each) => withoutThose(each, isMinor)).filter((each) => each !== undefined);
  return left.length === 0 ? undefined : new Aggregate(left);
}

/** Errors of a reading command: those of files and of whole types are listed, even a single one, so that none has a prefix. */
export function together(
  { flags }: { readonly flags: { strings(name: string): readonly string[]; string(name: string): string } },
  errors: readonly unknown[],
  isOfTypes = false,
): Error {
  const isFromFiles = flags.strings('filename').length > 0 || flags.string('kustomize') !== '';
  return isFromFiles || isOfTypes ? new Exit(1, errors.map((each) => told(each)).join('\n')) : new Aggregate(errors);
}

/** A type that discovery does not know. */
export class NoResourceMatch extends Error {
  override readonly name = 'NoResourceMatch';
  constructor(resource: string, group = '', version = '') {
    let text = `the server doesn't have a resource type ${goQuote(resource)}`;
    if (group !== '') text += ` in group ${goQuote(group)}`;
    if (version !== '') text += `${group === '' ? ' in' : ' and'} version ${goQuote(version)}`;
    super(text);
  }
}

/** Commands that look a type up by themselves tell that there is none without a prefix. @throws {Exit} then */
export async function withoutPrefix<T>(lookUp: Promise<T>): Promise<T> {
  try {
    return await lookUp;
  } catch (error) {
    if (error instanceof NoResourceMatch) throw new Exit(1, error.message);
    throw error;
  }
}

/** A kind that discovery does not know. */
export class NoKindMatch extends Error {
  override readonly name = 'NoKindMatch';
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`);
  }
}

/** A kubeconfig that cannot be used. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
}

/** The server could not be reached: Go's url.Error. `cause` is what the host said (`connect: connection refused`). */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly method: string;
  readonly url: string;
  readonly reason: string;
  constructor(method: string, url: string, reason: string) {
    super(`${method} ${goQuote(url)}: ${reason}`);
    this.method = method;
    this.url = url;
    this.reason = reason;
  }
}

/** Why there is nobody at an address, in Go's words. */
export function dialProblem(error: unknown, url: string): string {
  const host = hostOf(url);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { readonly code?: unknown }).code;
  if (code === 'ECONNREFUSED') {
    // Where no host is named, none is told of.
    const address = host.startsWith(':') ? host : (triedAddress(cause) ?? host);
    return `dial tcp ${address}: connect: connection refused`;
  }
  if (code === 'ETIMEDOUT') return `dial tcp ${host}: i/o timeout`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return certificateProblem(cause);
  const told = typeof code === 'string' ? TLS_PROBLEMS.get(code) : undefined;
  if (told !== undefined) return told;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The address behind a name that was tried first, with its port, where the host tells. */
function triedAddress(cause: unknown): string | undefined {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const { address, port } = first as { readonly address?: unknown; readonly port?: unknown };
  if (typeof address !== 'string' || typeof port !== 'number') return undefined;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

const UNKNOWN_AUTHORITY = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

/** What OpenSSL calls a problem, and what Go's crypto/tls says of it. */
const TLS_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'tls: private key does not match public key'],
  ['ERR_OSSL_X509_KEY_TYPE_MISMATCH', 'tls: private key type does not match public key type'],
]);

/** With its port, as it is written: there may be no name in front of it. */
const hostOf = (url: string): string => /^https?:\/\/([^/?]*)/.exec(url)?.[1] ?? '';

/** For whom the certificate of the server is, and for whom it should be. */
function certificateProblem(cause: unknown): string {
  const { host = '', cert } = cause as {
    readonly host?: string;
    readonly cert?: { readonly subjectaltname?: string };
  };
  const wanted = /^[\d.]+$|:/.test(host) ? 'IP Address:' : 'DNS:';
  const names = (cert?.subjectaltname ?? '').split(', ').flatMap((name) => name.split(wanted)[1] ?? []);
  return `tls: failed to verify certificate: x509: certificate is valid for ${names.join(', ')}, not ${host}`;
}

/** A mistake in how the command was called; points to its help. `path` is the command's (`rollout`). */
export function usageError(path: string, message: string): Error {
  return new Error(`${message}\nSee 'kubectl ${path} -h' for help and examples`);
}

/**
 * What kubectl prints when a command ends with this error, and its exit code.
 *
 * @param trace takes the errors of the server and of the way to it, which `-v=4` tells more of
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go
 */
export function report(thrown: unknown, trace?: Trace): { readonly text: string; readonly code: number } {
  const error = thrown instanceof Aggregate && thrown.errors.length === 1 ? thrown.errors[0] : thrown;
  if (error instanceof Exit) return { text: error.message, code: error.code };
  if (error instanceof StatusError && error.status.reason === 'Invalid') return { text: invalidText(error), code: 1 };
  if (error instanceof ConfigurationInvalid) return { text: `Error in configuration: ${error.message}`, code: 1 };
  if (error instanceof NoResourceMatch) return { text: `error: ${error.message}`, code: 1 };
  if (error instanceof Aggregate)
    return { text: error.errors.map((each) => `${told(each, trace)}\n`).join(''), code: 1 };
  const standard = standardText(error, trace);
  if (standard !== undefined) return { text: standard, code: 1 };
  const message = messageOf(error);
  return { text: message.startsWith('error: ') ? message : `error: ${message}`, code: 1 };
}

/** What an error says of itself. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One error in a list: the standard text, else its message as it stands. */
const told = (error: unknown, trace?: Trace): string => standardText(error, trace) ?? messageOf(error);

export type Trace = (error: StatusError | ConnectionError) => void;

/** The text for errors of the server and of the way to it; undefined for all others. */
function standardText(error: unknown, trace?: Trace): string | undefined {
  if (error instanceof StatusError) {
    const { reason, message } = error.status;
    trace?.(error);
    if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
    return reason === undefined || reason === ''
      ? `Error from server: ${message}`
      : `Error from server (${reason}): ${message}`;
  }
  if (error instanceof ConnectionError) {
    trace?.(error);
    if (!error.reason.includes('connection refused')) return `Unable to connect to the server: ${error.reason}`;
    return `The connection to the server ${hostOf(error.url)} was refused - did you specify the right host or port?`;
  }
  return undefined;
}

function invalidText({ status }: StatusError): string {
  const { details, message = '' } = status;
  if (details === undefined) return message === '' ? 'The request is invalid' : `The request is invalid: ${message}`;
  const causes = details.causes ?? [];
  let head = 'The request is invalid';
  if (details.kind || details.name) head = `The ${details.kind ?? ''} ${goQuote(details.name ?? '')} is invalid`;
  else if (message !== '' && causes.length === 0) head += `: ${message}`;
  if (causes.length === 0) return head;
  const texts = [...new Set(causes.map(causeText))];
  // One cause ends with a line break of its own, whatever it ends with itself.
  return texts.length === 1 ? `${head}: ${texts[0]}\n` : `${head}: \n${texts.map((text) => `* ${text}\n`).join('')}`;
}

const causeText = ({ field = '', message = '' }: StatusCause): string => `${field}: ${message}`;
