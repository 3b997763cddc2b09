import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  logs: {
    short: 'Print the logs of a container',
    long: `Print the logs of a container in a Pod, or in a Pod of a controller.

 The name of the container may be left out when there is but one.`,
    examples: [
      ['Logs of a Pod with one container', 'kubectl logs nginx'],
      ['Each line behind the names of its Pod and container', 'kubectl logs nginx --prefix'],
      ['No more than 500 bytes', 'kubectl logs nginx --limit-bytes=500'],
      ['Logs of all containers of a Pod', 'kubectl logs nginx --all-containers=true'],
      ['Logs of all Pods of a Deployment', 'kubectl logs deployment/nginx --all-pods=true'],
      ['Logs of all Pods with a label', 'kubectl logs -l app=nginx --all-containers=true'],
      ['What a container said before it was restarted', 'kubectl logs -p -c ruby web-1'],
      ['Follow a log', 'kubectl logs -f -c ruby web-1'],
      ['The last 20 lines', 'kubectl logs --tail=20 nginx'],
      ['What was written in the last hour', 'kubectl logs --since=1h nginx'],
      [
        'From a given time on, with the time of each line',
        'kubectl logs nginx --since-time=2024-08-30T06:00:00Z --timestamps=true',
      ],
      ['Logs of the first container of a Job', 'kubectl logs job/hello'],
    ],
    flags: {
      'all-containers': 'Print the logs of all containers of the Pods.',
      'all-pods': 'Print the logs of all Pods, each line with its prefix.',
      container: 'Print the logs of this container.',
      follow: 'Go on printing as the log grows.',
      'ignore-errors': 'Go on with other logs when one cannot be read.',
      'insecure-skip-tls-verify-backend':
        "Do not check the certificate of the kubelet: who pretends to be it could send any log. Helps when the kubelet's certificate has expired.",
      'limit-bytes': 'Print no more bytes than this. Default: all.',
      'max-log-requests': 'How many logs may be followed at the same time when a selector chooses them.',
      prefix: 'Print the names of Pod and container in front of each line.',
      previous: 'If true, print the log of the instance before the last restart, if there was one.',
      since: 'Only what is newer than 5s, 2m, or 3h. Not together with since-time.',
      'since-time': 'Only what is newer than this time (RFC3339). Not together with since.',
      tail: 'How many lines of the end to print. Default: -1, all; with a selector, 10.',
      timestamps: 'Print the time of each line.',
    },
  },
};
