import { ConfigError, type Directive } from './config.ts';

const KNOWN =
  /^(?:\d|host|(?:http|arg|cookie|sent_http)_\w+|hostname|remote_(?:addr|port|user)|binary_remote_addr|request(?:_uri|_method|_time|_length|_filename|_id)?|uri|document_(?:uri|root)|realpath_root|args|query_string|is_args|scheme|https|server_(?:port|addr|name|protocol)|nginx_version|proxy_(?:add_x_forwarded_for|host|port)|time_(?:iso8601|local)|msec|pid|status|body_bytes_sent|bytes_sent|connection(?:_requests)?|pipe|gzip_ratio|content_(?:type|length)|upstream_(?:addr|status|response_time|connect_time|header_time))$/;

/** @throws {ConfigError} for variables that are not known */
export function checkVariables(directive: Directive, groups: ReadonlySet<string>): void {
  for (const [, braced, bare] of directive.args.join(' ').matchAll(VARIABLE)) {
    const name = braced ?? bare ?? '';
    if (!KNOWN.test(name) && !groups.has(name)) throw new ConfigError(`unknown "${name}" variable`, directive);
  }
}

/** A variable in a text: its name in braces, or without. */
export const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;
