import type { RunId } from '../base/ids.ts';
import type { Host } from './host.ts';

/** A run that has ended, with a line of its output and calls that the simulated provider has answered. */
export async function recordRun({ services }: Host, name: string): Promise<RunId> {
  const { run, environment } = await services.startRun({ name });
  services.writeLogs(run.id, [{ stream: 'stdout', text: 'hello' }]);
  for (const question of ['one', 'two']) {
    const answer = await fetch(`${environment['OPENAI_BASE_URL']}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${environment['OPENAI_API_KEY']}`,
      },
      body: JSON.stringify({
        model: 'sim-small',
        messages: [{ role: 'user', content: question.repeat(500) }],
      }),
    });
    if (!answer.ok) throw new Error(`the simulated provider answered ${answer.status}`);
    await answer.text();
  }
  await services.endRun(run.id, { exitCode: 0 });
  return run.id;
}
