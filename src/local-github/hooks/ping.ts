/** The webhook that GitHub sends when a webhook is made: nothing happened, but it arrives. */
import { apiRoot } from '#local-github/shapes/links.ts';
import type { GitHub, Hook } from '#local-github/state.ts';

export function pingHook(github: GitHub): Hook {
  const { app } = github.state;
  const { hook } = app;
  const payload = {
    zen: 'What arrives can be trusted once it is signed.',
    hook_id: hook.id,
    hook: {
      type: 'App',
      id: hook.id,
      name: 'web',
      active: true,
      events: app.events,
      config: {
        content_type: hook.contentType,
        insecure_ssl: '0',
        secret: '********',
        url: hook.url,
      },
      updated_at: app.createdAt,
      created_at: app.createdAt,
      app_id: app.id,
      deliveries_url: `${apiRoot(github)}/app/hook/deliveries`,
    },
  };
  return { event: 'ping', action: null, repository: null, sender: app.owner, payload };
}
