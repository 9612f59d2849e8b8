"""camt.054: movements told as they happen, and the parts of collective entries.

ISO 20022 BankToCustomerDebitCreditNotification.
"""

from ....domain.bank import StatementKind
from ..camt import Camt

FORMAT = Camt("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", StatementKind.NOTICE)
