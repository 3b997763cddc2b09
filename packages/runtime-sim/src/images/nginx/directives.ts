/**
 * Directives that tune a server and change nothing in what it answers: buffers, threads, memory, and how bytes are sent.
 * They are read and let pass.
 */
export const TUNING =
  /^(?:user|worker_(?:processes|connections|rlimit_nofile|priority|cpu_affinity|shutdown_timeout)|use|multi_accept|accept_mutex\w*|pid|pcre_jit|thread_pool|timer_resolution|lock_file|sendfile\w*|tcp_nopush|tcp_nodelay|aio\w*|directio\w*|output_buffers|postpone_output|types_hash_\w+|variables_hash_\w+|map_hash_\w+|server_names_hash_\w+|proxy_headers_hash_\w+|(?:fastcgi|uwsgi|scgi)_temp_path|client_body_(?:buffer_size|in_single_buffer|in_file_only|temp_path)|client_header_buffer_size|connection_pool_size|request_pool_size|gzip_(?:comp_level|buffers|http_version)|proxy_(?:buffer\w*|busy_buffers_size|http_version|max_temp_file_size|temp_\w+|request_buffering|socket_keepalive)|open_(?:file|log_file)_cache\w*|zone|keepalive\w*|http2\w*|ssl_(?:protocols|ciphers|prefer_server_ciphers|session_\w+|dhparam|ecdh_curve|buffer_size|stapling\w*|early_data|conf_command)|resolver\w*|reset_timedout_connection|lingering_\w+|chunked_transfer_encoding|log_subrequest)$/;

/**
 * Directives that are read, and do not do what they are there for: limits of what clients may send, and how long they may
 * take. Whoever writes one is told so in the error log.
 */
export const WITHOUT_EFFECT =
  /^(?:client_(?:header|body)_timeout|send_timeout|proxy_send_timeout|proxy_next_upstream_timeout|large_client_header_buffers|gzip_disable|ignore_invalid_headers|msie_\w+|limit_rate\w*|if_modified_since)$/;
