import { type FieldError, invalid, isDns1123Subdomain, isValidPortNum, required } from '@tabernetes/apimachinery';
import { type GoUrl, parseGoUrl, UrlProblem } from './go-url.ts';

/** How the server reaches a webhook: of admission and of conversion alike. */
export interface WebhookClient {
  readonly url?: string;
  readonly service?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly path?: string;
    readonly port?: number;
  };
  readonly caBundle?: string;
}

/**
 * Appends what is wrong with the address of a webhook.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go
 */
export function validateWebhookClient(errors: FieldError[], client: WebhookClient | undefined, at: string): void {
  const { url, service } = client ?? {};
  if (url !== undefined && service === undefined) validateUrl(errors, url, `${at}.url`);
  else if (service !== undefined && url === undefined) validateService(errors, service, `${at}.service`);
  else errors.push(required(at, 'exactly one of url or service is required'));
}

const FORM = '; desired format: https://host[/path]';

function validateUrl(errors: FieldError[], text: string, at: string): void {
  let url: GoUrl;
  try {
    url = parseGoUrl(text);
  } catch (error) {
    if (!(error instanceof UrlProblem)) throw error;
    errors.push(required(at, `url must be a valid URL: ${error.message}${FORM}`));
    return;
  }
  const { scheme, host, user, fragment, rawQuery } = url;
  if (scheme !== 'https') errors.push(invalid(at, scheme, `'https' is the only allowed URL scheme${FORM}`));
  if (host === '') errors.push(invalid(at, host, `host must be specified${FORM}`));
  if (user !== undefined) errors.push(invalid(at, user, 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(at, fragment, 'fragments are not permitted in the URL'));
  if (rawQuery !== '') errors.push(invalid(at, rawQuery, 'query parameters are not permitted in the URL'));
}

function validateService(errors: FieldError[], service: NonNullable<WebhookClient['service']>, at: string): void {
  const { name, namespace, path, port = 0 } = service;
  // Upstream hands over name and namespace the wrong way round, so each is missed under the other's name.
  if (!namespace) errors.push(required(`${at}.name`, 'service name is required'));
  if (!name) errors.push(required(`${at}.namespace`, 'service namespace is required'));
  const problems = isValidPortNum(port);
  if (problems.length > 0) errors.push(invalid(`${at}.port`, port, `port is not valid: ${problems.join(', ')}`));
  if (path) for (const problem of pathProblems(path)) errors.push(invalid(`${at}.path`, path, problem));
}

function pathProblems(path: string): string[] {
  if (path === '/') return [];
  if (path === '//') return ['segment[0] may not be empty'];
  const problems = path.startsWith('/') ? [] : ["must start with a '/'"];
  // The first character is taken for the slash, whatever it is.
  const segments = path.slice(1).replace(/\/$/, '').split('/');
  for (const [i, segment] of segments.entries()) {
    if (segment === '') problems.push(`segment[${i}] may not be empty`);
    else for (const problem of isDns1123Subdomain(segment)) problems.push(`segment[${i}]: ${problem}`);
  }
  return problems;
}
