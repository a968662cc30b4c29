/** What an agent of any language does: one chat completion through the data plane. */
export async function callOnce(
  dataPlane: string,
  options: { readonly run?: string; readonly model?: string; readonly content?: string } = {},
): Promise<{ readonly status: number; readonly run: string | null; readonly text: string }> {
  const { run, model = 'scripted', content = 'hello' } = options;
  const prefix = run === undefined ? '' : `/r/${run}`;
  const response = await fetch(`${dataPlane}${prefix}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
  });
  return {
    status: response.status,
    run: response.headers.get('x-signalbox-run'),
    text: await response.text(),
  };
}
