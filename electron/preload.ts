import { contextBridge, ipcRenderer } from 'electron';
import { bridgeOverIpc } from './bridge-over-ipc.ts';

contextBridge.exposeInMainWorld('signalbox', bridgeOverIpc(ipcRenderer, crypto.randomUUID()));
