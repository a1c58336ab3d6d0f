/** Environment: the variables that every command finds, and the folder of our tools; what is asked for is added. */

/** Files and folders of ours, read-only; its `bin` is first in PATH. */
export const toolsFolder = '/opt/tools';

/** What `npm run tools` installed, read-only; no command finds it by its name. */
export const checkersMount = '/opt/checkers';

export const environment: Readonly<Record<string, string>> = {
  PATH: `${toolsFolder}/bin:/usr/local/bin:/usr/bin:/bin`,
  HOME: '/home/sandbox',
  USER: 'sandbox',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CI: '1',
  NO_COLOR: '1',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  npm_config_ignore_scripts: 'true',
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
};

export const environmentNames: readonly string[] = Object.keys(environment);
