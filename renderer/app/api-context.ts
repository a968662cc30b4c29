import { createContext, useContext } from 'react';
import type { ApiFetch } from '../../core/api/client.ts';

export const ApiContext = createContext<ApiFetch | undefined>(undefined);

export function useApi(): ApiFetch {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi: there is no ApiContext above');
  return api;
}
