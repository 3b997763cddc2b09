import type { ApiRequest, ApiResponse } from '@tabernetes/apimachinery';
import { testApiServer } from '@tabernetes/apiserver/testing';
import { type RunOptions, type RunResult, runKubectl } from './run-kubectl.ts';

/**
 * A server of its own, asked as the administrator; it has no OpenAPI documents. Lines are split at blanks.
 * @param instead answers in place of the server, where it gives something
 */
export async function kubectlOnServer(
  files: Readonly<Record<string, string>>,
  instead: (request: ApiRequest) => Promise<ApiResponse | undefined> = async () => undefined,
): Promise<(line: string, options?: RunOptions) => Promise<RunResult>> {
  const { server } = await testApiServer();
  const asAdmin: RunOptions['server'] = {
    async request(request) {
      const answer = await instead(request);
      if (answer !== undefined) return answer;
      if (request.path !== '/openapi/v3') {
        return server.request({ ...request, user: { name: 'admin', groups: ['system:masters'] } });
      }
      return {
        status: 200,
        headers: {},
        body: { kind: 'text', contentType: 'application/json', text: '{"paths":{}}' },
      };
    },
  };
  return (line, options) => runKubectl(line.split(' '), { server: asAdmin, files, ...options });
}
