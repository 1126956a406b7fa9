import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import { Button, Icon, PageHeader, Tabs } from '@/ui';
import { Customers } from './Customers';
import { People } from './People';
import { Services } from './Services';
import { TeamList } from './TeamList';
import { useWords } from './words';

const TABS = ['teams', 'users', 'services', 'customers'] as const;
type Tab = (typeof TABS)[number];
const NEW = { teams: 'newTeam', users: 'newUser', services: 'newService' } as const;
const MAKES = {
  teams: 'post_admin_v1_teams',
  users: 'post_admin_v1_users',
  services: 'post_admin_v1_services',
} as const;

export default function TeamsPage() {
  const t = useWords();
  const can = useCan();
  const [filters, set] = useFilters(['tab', 'new']);
  // who may see no usage is told of no customers
  const tabs = TABS.filter((one) => one !== 'customers' || can('get_admin_v1_usage'));
  const tab = tabs.find((one) => one === filters.tab) ?? 'teams';
  const making = filters.new !== undefined;
  const close = () => set({ new: null });
  const make = tab !== 'customers' && can(MAKES[tab]) && (
    <Button look="primary" onClick={() => set({ new: '1' })}>
      <Icon name="plus" />
      {t(NEW[tab])}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={make}>
        {t('about')}
      </PageHeader>
      <Tabs<Tab>
        label={t('tabs')}
        value={tab}
        onChange={(next) => set({ tab: next, new: null })}
        tabs={tabs.map((key) => ({ key, label: t(key) }))}
      >
        {tab === 'teams' && <TeamList making={making} onClose={close} />}
        {tab === 'users' && <People making={making} onClose={close} />}
        {tab === 'services' && <Services making={making} onClose={close} />}
        {tab === 'customers' && <Customers />}
      </Tabs>
    </>
  );
}
