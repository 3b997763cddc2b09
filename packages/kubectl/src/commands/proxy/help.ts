import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  proxy: {
    short: 'Run a proxy to the Kubernetes API server',
    examples: [['Offer the API on port 8001', 'kubectl proxy --port=8001']],
    flags: {
      'accept-hosts': 'Regular expression of the hosts that may ask.',
      'accept-paths': 'Regular expression of the paths that are passed on.',
      address: 'Address to listen on.',
      'api-prefix': 'Path under which the API is offered.',
      'append-server-path': "Append the path of the server's address to the requests.",
      'disable-filter': 'Pass on every request. Dangerous when others can reach the proxy.',
      keepalive: 'How often to tell that a connection is alive; 0 never.',
      port: 'Port to listen on; 0 picks one.',
      'reject-methods': 'Regular expression of the methods that are refused.',
      'reject-paths': 'Regular expression of the paths that are refused.',
      'unix-socket': 'Unix socket to listen on.',
      www: 'Directory of files to serve.',
      'www-prefix': 'Path under which files are served.',
    },
  },
};
