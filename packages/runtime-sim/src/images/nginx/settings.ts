import { ConfigError, type Directive } from './config.ts';
import { BUILT_IN_TYPES } from './mime-types.ts';
import { durationMs, flagOf, invalidValue, only, sizeOf, wrongCount } from './values.ts';

export interface ErrorPage {
  readonly codes: readonly number[];
  /** The code to answer with: that of the error, another, or that of the page. */
  readonly status: number | 'same' | 'page';
  readonly uri: string;
}

export interface AccessLog {
  readonly path: string;
  readonly format: string;
}

export interface Gzip {
  readonly on: boolean;
  readonly types: readonly string[];
  readonly minLength: number;
  readonly proxied: readonly string[];
  readonly vary: boolean;
}

/** What servers hand down to their locations. */
export interface NginxSettings {
  readonly root: string;
  readonly index: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string; readonly always: boolean }[];
  readonly defaultType: string;
  readonly types: ReadonlyMap<string, string>;
  readonly proxyHeaders: readonly (readonly [string, string])[];
  /** None: nothing is logged. */
  readonly accessLogs: readonly AccessLog[];
  readonly errorLog: { readonly path: string; readonly level: number };
  readonly errorPages: readonly ErrorPage[];
  readonly recursiveErrorPages: boolean;
  readonly interceptErrors: boolean;
  readonly charset: string | undefined;
  readonly charsetTypes: readonly string[];
  readonly serverTokens: 'on' | 'off';
  /** 0: any. */
  readonly maxBodyBytes: number;
  readonly etag: boolean;
  readonly logNotFound: boolean;
  readonly absoluteRedirect: boolean;
  readonly portInRedirect: boolean;
  readonly serverNameInRedirect: boolean;
  readonly proxyRedirect: boolean;
  readonly gzip: Gzip;
  readonly connectMs: number;
  readonly readMs: number;
  readonly nextUpstream: readonly string[];
  /** 0: as many as there are. */
  readonly nextTries: number;
  readonly underscoresInHeaders: boolean;
}

/** From the least to the gravest. */
export const LOG_LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'] as const;

/** What holds where nothing is said. */
export const START: NginxSettings = {
  root: '/etc/nginx/html',
  index: ['index.html'],
  headers: [],
  defaultType: 'text/plain',
  types: BUILT_IN_TYPES,
  proxyHeaders: [],
  accessLogs: [{ path: '/var/log/nginx/access.log', format: 'combined' }],
  errorLog: { path: '/var/log/nginx/error.log', level: LOG_LEVELS.indexOf('error') },
  errorPages: [],
  recursiveErrorPages: false,
  interceptErrors: false,
  charset: undefined,
  charsetTypes: [
    'text/html',
    'text/xml',
    'text/plain',
    'text/vnd.wap.wml',
    'application/javascript',
    'application/rss+xml',
  ],
  serverTokens: 'on',
  maxBodyBytes: 1024 * 1024,
  etag: true,
  logNotFound: true,
  absoluteRedirect: true,
  portInRedirect: true,
  serverNameInRedirect: false,
  proxyRedirect: true,
  gzip: { on: false, types: ['text/html'], minLength: 20, proxied: ['off'], vary: false },
  connectMs: 60_000,
  readMs: 60_000,
  nextUpstream: ['error', 'timeout'],
  nextTries: 0,
  underscoresInHeaders: false,
};

/** Lists of which a level that says anything of its own has nothing from above. */
const REPLACED = {
  add_header: { headers: [] },
  proxy_set_header: { proxyHeaders: [] },
  error_page: { errorPages: [] },
  access_log: { accessLogs: [] },
  index: { index: [] },
  types: { types: new Map<string, string>() },
} as const;

/** What a level begins with: what holds above, without the lists that it writes itself. */
export function below(outer: NginxSettings, own: readonly Directive[]): NginxSettings {
  let settings = outer;
  for (const [name, none] of Object.entries(REPLACED))
    if (own.some((each) => each.name === name)) settings = { ...settings, ...none };
  return settings;
}

type Reader = (settings: NginxSettings, directive: Directive) => Partial<NginxSettings>;

/** The directives that hold for everything below, by name. Readers throw {@link ConfigError}. */
export const SETTINGS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['root', (_, each) => ({ root: only(each).replace(/\/$/, '') })],
  ['index', ({ index }, { args }) => ({ index: [...index, ...args] })],
  [
    'add_header',
    ({ headers }, { args: [name = '', value = '', third] }) => ({
      headers: [...headers, { name, value, always: third === 'always' }],
    }),
  ],
  [
    'proxy_set_header',
    ({ proxyHeaders }, { args: [name = '', value = ''] }) => ({
      proxyHeaders: [...proxyHeaders, [name.toLowerCase(), value]],
    }),
  ],
  ['default_type', (_, each) => ({ defaultType: only(each) })],
  [
    'types',
    ({ types }, { block = [] }) => ({
      types: new Map([...types, ...block.flatMap(({ name, args }) => args.map((end) => [end, name] as const))]),
    }),
  ],
  ['access_log', accessLog],
  ['error_log', (_, each) => ({ errorLog: errorLog(each) })],
  ['error_page', ({ errorPages }, each) => ({ errorPages: [...errorPages, errorPage(each)] })],
  ['recursive_error_pages', (_, each) => ({ recursiveErrorPages: flagOf(each) })],
  ['proxy_intercept_errors', (_, each) => ({ interceptErrors: flagOf(each) })],
  ['charset', (_, each) => ({ charset: only(each) === 'off' ? undefined : only(each) })],
  ['charset_types', (_, { args }) => ({ charsetTypes: ['text/html', ...args] })],
  ['server_tokens', (_, each) => ({ serverTokens: tokens(each) })],
  ['client_max_body_size', (_, each) => ({ maxBodyBytes: sizeOf(each) })],
  ['etag', (_, each) => ({ etag: flagOf(each) })],
  ['log_not_found', (_, each) => ({ logNotFound: flagOf(each) })],
  ['absolute_redirect', (_, each) => ({ absoluteRedirect: flagOf(each) })],
  ['port_in_redirect', (_, each) => ({ portInRedirect: flagOf(each) })],
  ['server_name_in_redirect', (_, each) => ({ serverNameInRedirect: flagOf(each) })],
  ['underscores_in_headers', (_, each) => ({ underscoresInHeaders: flagOf(each) })],
  ['proxy_redirect', (_, each) => ({ proxyRedirect: ownOf(each, ['default', 'off']) === 'default' })],
  ['proxy_connect_timeout', (_, each) => ({ connectMs: durationMs(each) })],
  ['proxy_read_timeout', (_, each) => ({ readMs: durationMs(each) })],
  ['proxy_next_upstream', (_, each) => ({ nextUpstream: nextUpstream(each) })],
  ['proxy_next_upstream_tries', (_, each) => ({ nextTries: Number(only(each)) })],
  ['gzip', ({ gzip }, each) => ({ gzip: { ...gzip, on: flagOf(each) } })],
  ['gzip_types', ({ gzip }, { args }) => ({ gzip: { ...gzip, types: ['text/html', ...args] } })],
  ['gzip_min_length', ({ gzip }, each) => ({ gzip: { ...gzip, minLength: sizeOf(each) } })],
  ['gzip_vary', ({ gzip }, each) => ({ gzip: { ...gzip, vary: flagOf(each) } })],
  ['gzip_proxied', ({ gzip }, { args }) => ({ gzip: { ...gzip, proxied: args } })],
  ['autoindex', (_, each) => unchanged(each, ['off'])],
]);

/** @throws {ConfigError} for values that are nginx's, and not simulated */
function ownOf(directive: Directive, known: readonly string[]): string {
  const given = only(directive);
  if (!known.includes(given))
    throw new ConfigError(`the simulated nginx has no "${directive.name} ${given}"`, directive);
  return given;
}

/** A value that changes nothing. @throws {ConfigError} for others */
function unchanged(directive: Directive, known: readonly string[]): Partial<NginxSettings> {
  ownOf(directive, known);
  return {};
}

function tokens(directive: Directive): 'on' | 'off' {
  const given = only(directive);
  if (given === 'on' || given === 'off') return given;
  // The name of the build is empty in the image's binary.
  if (given === 'build') return 'on';
  throw invalidValue(directive, given);
}

function accessLog({ accessLogs }: NginxSettings, directive: Directive): Partial<NginxSettings> {
  const [path, format = 'combined', ...rest] = directive.args;
  if (path === undefined) throw wrongCount(directive);
  if (path === 'off') return { accessLogs: [] };
  if (rest.some((each) => each.startsWith('if=')) || path.startsWith('syslog:') || /\$/.test(path))
    throw new ConfigError(`the simulated nginx has no "access_log ${directive.args.join(' ')}"`, directive);
  return { accessLogs: [...accessLogs, { path, format }] };
}

function errorLog(directive: Directive): NginxSettings['errorLog'] {
  const [path, level = 'error'] = directive.args;
  if (path === undefined) throw wrongCount(directive);
  if (path.startsWith('syslog:') || path.startsWith('memory:'))
    throw new ConfigError(`the simulated nginx has no "error_log ${path}"`, directive);
  const at = LOG_LEVELS.indexOf(level as (typeof LOG_LEVELS)[number]);
  if (at < 0) throw new ConfigError(`invalid log level "${level}"`, directive);
  return { path: path === 'stderr' ? '/dev/stderr' : path, level: at };
}

/** @see https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page */
function errorPage(directive: Directive): ErrorPage {
  const uri = directive.args.at(-1);
  const given = directive.args.slice(0, -1);
  const last = given.at(-1);
  if (uri === undefined || last === undefined) throw wrongCount(directive);
  const hasStatus = last.startsWith('=');
  const codes = (hasStatus ? given.slice(0, -1) : given).map((word) => {
    if (!/^\d+$/.test(word)) throw invalidValue(directive, word);
    const code = Number(word);
    if (code < 300 || code > 599) throw new ConfigError('value must be between 300 and 599', directive);
    return code;
  });
  if (codes.length === 0) throw wrongCount(directive);
  if (!hasStatus) return { codes, status: 'same', uri };
  if (last !== '=' && !/^=\d{3}$/.test(last)) throw invalidValue(directive, last);
  return { codes, status: last === '=' ? 'page' : Number(last.slice(1)), uri };
}

const CASES = /^(?:error|timeout|invalid_header|non_idempotent|updating|off|http_(?:500|502|503|504|403|404|429))$/;

function nextUpstream(directive: Directive): readonly string[] {
  for (const word of directive.args) if (!CASES.test(word)) throw invalidValue(directive, word);
  return directive.args;
}
