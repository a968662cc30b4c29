import { expect, it, vi } from 'vitest';
import { createApi } from './app.ts';
import { fakeServices } from './carriers/fake-services.ts';

it('what a stream is made from ends with it, also where nobody had asked for the next line', async () => {
  let isOpen = true;
  const services = {
    ...fakeServices(),
    async *importFile() {
      try {
        for (;;) yield { progress: { readBytes: 1, totalBytes: 2, spans: 1 } };
      } finally {
        isOpen = false;
      }
    },
  };
  const response = await createApi(services).request('/api/imports', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path: '/a.json' }),
  });
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await vi.waitFor(() => expect(isOpen).toBe(false));
});
