import { ConfigError, type Directive } from './config.ts';

export interface NginxServer {
  readonly listens: readonly NginxListen[];
  readonly names: readonly string[];
  readonly certificate: { readonly certificate: string; readonly key: string } | undefined;
  readonly locations: readonly NginxLocation[];
  /** What holds where no location does. */
  readonly settings: NginxSettings;
}

export interface NginxListen {
  readonly port: number;
  readonly tls: boolean;
  /** It answers for names that no server has. */
  readonly isDefault: boolean;
}

/** What servers hand down to their locations. */
export interface NginxSettings {
  readonly root: string;
  readonly index: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string; readonly always: boolean }[];
  readonly defaultType: string;
  readonly proxyHeaders: readonly (readonly [string, string])[];
  readonly logs: boolean;
  readonly returns: { readonly status: number; readonly text: string | undefined } | undefined;
}

export interface NginxLocation {
  readonly modifier: '' | '=' | '^~' | '~' | '~*';
  readonly path: string;
  readonly settings: NginxSettings;
  readonly alias: string | undefined;
  readonly tryFiles: readonly string[];
  readonly proxy: { readonly url: string; readonly place: Directive } | undefined;
}

export interface NginxConfig {
  readonly servers: readonly NginxServer[];
  /** `host:port` by the name of the upstream. */
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
}

/** Directives that change nothing that can be seen here. */
const WITHOUT_EFFECT =
  /^(?:user|worker_processes|worker_rlimit_nofile|error_log|pid|daemon|master_process|events|log_format|sendfile|tcp_nopush|tcp_nodelay|keepalive\w*|gzip\w*|types\w*|client_\w+|proxy_(?:connect_timeout|read_timeout|send_timeout|buffer\w*|busy_buffers_size|http_version|max_temp_file_size|request_buffering|next_upstream\w*)|send_timeout|server_tokens|server_names_hash\w*|resolver\w*|charset|ssl_(?!certificate)\w+|large_client_header_buffers|underscores_in_headers|reset_timedout_connection|open_file_cache\w*|error_page|least_conn|ip_hash|random|zone|log_not_found|etag|http2|recursive_error_pages|variables_hash\w*|map_hash\w*)$/;

const START: NginxSettings = {
  root: '/etc/nginx/html',
  index: ['index.html'],
  headers: [],
  defaultType: 'text/plain',
  proxyHeaders: [],
  logs: true,
  returns: undefined,
};

/** What a configuration comes to. @throws {ConfigError} for what is wrong, and for what is not simulated */
export function modelOf(directives: readonly Directive[]): NginxConfig {
  const servers: NginxServer[] = [];
  const upstreams = new Map<string, readonly string[]>();
  for (const directive of directives) {
    if (directive.name !== 'http') {
      if (!WITHOUT_EFFECT.test(directive.name)) throw foreign(directive);
      continue;
    }
    let settings = START;
    const inner = directive.block ?? [];
    for (const each of inner)
      if (each.name !== 'server' && each.name !== 'upstream') settings = inherited(settings, each);
    for (const each of inner) {
      if (each.name === 'server') servers.push(serverOf(each, settings));
      else if (each.name === 'upstream') upstreams.set(each.args[0] ?? '', membersOf(each));
    }
  }
  return { servers, upstreams };
}

const foreign = (directive: Directive): ConfigError =>
  new ConfigError(`the simulated nginx has no directive "${directive.name}"`, directive);

function membersOf({ block = [] }: Directive): readonly string[] {
  return block.flatMap((each) => {
    if (each.name === 'server') return [each.args[0] ?? ''];
    if (!WITHOUT_EFFECT.test(each.name)) throw foreign(each);
    return [];
  });
}

/** One directive that holds for everything below. @throws {ConfigError} */
function inherited(settings: NginxSettings, directive: Directive): NginxSettings {
  const { name, args } = directive;
  const [first = '', second = '', third] = args;
  checkVariables(directive);
  switch (name) {
    case 'root':
      return { ...settings, root: first.replace(/\/$/, '') };
    case 'index':
      return { ...settings, index: args };
    case 'add_header':
      return {
        ...settings,
        headers: [...settings.headers, { name: first, value: second, always: third === 'always' }],
      };
    case 'proxy_set_header':
      return { ...settings, proxyHeaders: [...settings.proxyHeaders, [first.toLowerCase(), second]] };
    case 'default_type':
      return { ...settings, defaultType: first };
    case 'access_log':
      return { ...settings, logs: first !== 'off' };
    case 'return': {
      const status = /^\d{3}$/.test(first) ? Number(first) : 302;
      return { ...settings, returns: { status, text: /^\d{3}$/.test(first) ? args[1] : first } };
    }
    case 'autoindex':
    case 'proxy_redirect':
    case 'absolute_redirect':
    case 'port_in_redirect':
      if (first !== 'off' && first !== 'default') throw foreign(directive);
      return settings;
    default:
      if (!WITHOUT_EFFECT.test(name)) throw foreign(directive);
      return settings;
  }
}

const VARIABLES =
  /^(?:host|http_\w+|arg_\w+|hostname|remote_addr|request_uri|uri|document_uri|args|query_string|is_args|scheme|request_method|server_(?:port|addr|name)|nginx_version|proxy_add_x_forwarded_for|time_iso8601)$/;

/** @throws {ConfigError} for variables that are not known */
function checkVariables(directive: Directive): void {
  if (WITHOUT_EFFECT.test(directive.name)) return;
  for (const [, braced, bare] of directive.args.join(' ').matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    const name = braced ?? bare ?? '';
    if (!VARIABLES.test(name)) throw new ConfigError(`unknown "${name}" variable`, directive);
  }
}

function serverOf({ block = [] }: Directive, outer: NginxSettings): NginxServer {
  let settings: NginxSettings = outer;
  const listens: NginxListen[] = [];
  let names: readonly string[] = [];
  let certificate: string | undefined;
  let key: string | undefined;
  for (const each of block) {
    const [first = ''] = each.args;
    if (each.name === 'listen') {
      const port = Number(/(?:^|:)(\d+)$/.exec(first)?.[1] ?? 80);
      const tls = each.args.includes('ssl');
      const isDefault = each.args.includes('default_server');
      if (!listens.some((known) => known.port === port)) listens.push({ port, tls, isDefault });
    } else if (each.name === 'server_name') names = each.args;
    else if (each.name === 'ssl_certificate') certificate = first;
    else if (each.name === 'ssl_certificate_key') key = first;
    else if (each.name !== 'location') settings = inherited(settings, each);
  }
  return {
    listens: listens.length === 0 ? [{ port: 80, tls: false, isDefault: false }] : listens,
    names,
    certificate: certificate === undefined ? undefined : { certificate, key: key ?? '' },
    locations: block.filter(({ name }) => name === 'location').map((each) => locationOf(each, settings)),
    settings,
  };
}

function locationOf(directive: Directive, outer: NginxSettings): NginxLocation {
  const [first = '', second] = directive.args;
  const modifier = (second === undefined ? '' : first) as NginxLocation['modifier'];
  if (!['', '=', '^~', '~', '~*'].includes(modifier))
    throw new ConfigError(`invalid location modifier "${modifier}"`, directive);
  // Headers of a level take the place of those above.
  const own = directive.block ?? [];
  const has = (name: string): boolean => own.some((each) => each.name === name);
  let settings: NginxSettings = {
    ...outer,
    ...(has('add_header') && { headers: [] }),
    ...(has('proxy_set_header') && { proxyHeaders: [] }),
  };
  let alias: string | undefined;
  let tryFiles: readonly string[] = [];
  let proxy: NginxLocation['proxy'];
  for (const each of own) {
    if (each.name === 'alias') alias = each.args[0];
    else if (each.name === 'try_files') {
      checkVariables(each);
      tryFiles = each.args;
    } else if (each.name === 'proxy_pass') proxy = { url: each.args[0] ?? '', place: each };
    else settings = inherited(settings, each);
  }
  if (proxy !== undefined && !/^https?:\/\/[^/$]+/.test(proxy.url)) {
    const text = proxy.url.includes('$')
      ? 'the simulated nginx has no variables in "proxy_pass"'
      : 'invalid URL prefix';
    throw new ConfigError(text, proxy.place);
  }
  return { modifier, path: second ?? first, settings, alias, tryFiles, proxy };
}
