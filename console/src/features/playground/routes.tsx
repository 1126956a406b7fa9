import type { Area } from '@/app/area';

export const playground: Area = {
  items: [
    {
      path: '/playground',
      label: { en: 'Playground', de: 'Spielwiese' },
      icon: 'playground',
      group: 'work',
      needs: ['post_admin_v1_playground_keys'],
      words: 'chat try models testen',
    },
  ],
  pages: [{ path: '/playground', page: () => import('./PlaygroundPage') }],
};
