package trellis.bulk;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.access.Access;
import trellis.api.Operation;
import trellis.api.Selections;
import trellis.bulk.ExportOrder.Reach;
import trellis.store.Store;

/// The three exports, each an operation of its own.
@Configuration(proxyBeanMethods = false)
class BulkConfiguration {

    @Bean
    Operation exportOfEverything(
            ObjectProvider<Bulk> bulk, Access access, Store store, Selections selections) {
        return new ExportApi(Reach.SYSTEM, bulk, access, store, selections);
    }

    @Bean
    Operation exportOfPatients(
            ObjectProvider<Bulk> bulk, Access access, Store store, Selections selections) {
        return new ExportApi(Reach.PATIENTS, bulk, access, store, selections);
    }

    @Bean
    Operation exportOfGroup(
            ObjectProvider<Bulk> bulk, Access access, Store store, Selections selections) {
        return new ExportApi(Reach.GROUP, bulk, access, store, selections);
    }
}
