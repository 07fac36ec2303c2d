"""A throw-away certificate authority, as a Puppet site has one."""
import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def _now():
    return datetime.datetime.utcnow()


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem_key(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Authority:
    """Issues certificates into `folder` as NAME.pem and NAME.key; ca.pem and crl.pem lie beside them."""

    def __init__(self, folder, name="Throw-away CA"):
        self.folder, self.name = folder, _name(name)
        folder.mkdir(parents=True, exist_ok=True)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = (self._builder(self.name, self.key, -DAY, 365 * DAY)
                       .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                       .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
                       .sign(self.key, hashes.SHA256()))
        self.certificate = certificate
        (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.revoke()

    def _builder(self, subject, key, begin, end):
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(_now() + begin).not_valid_after(_now() + end))

    def issue(self, common_name, begin=-DAY, end=30 * DAY):
        """Returns the certificate; key and certificate are files of that name."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        names = [x509.DNSName(common_name), x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = (self._builder(_name(common_name), key, begin, end)
                       .add_extension(x509.SubjectAlternativeName(names), critical=False)
                       .sign(self.key, hashes.SHA256()))
        (self.folder / f"{common_name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        path = self.folder / f"{common_name}.key"
        path.touch(0o600)
        path.write_bytes(_pem_key(key))
        return certificate

    def revoke(self, *certificates):
        """Writes crl.pem with exactly these certificates."""
        builder = (x509.CertificateRevocationListBuilder().issuer_name(self.name)
                   .last_update(_now() - DAY).next_update(_now() + 30 * DAY))
        for certificate in certificates:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
                .revocation_date(_now() - DAY).build())
        crl = builder.sign(self.key, hashes.SHA256())
        (self.folder / "crl.pem").write_bytes(crl.public_bytes(serialization.Encoding.PEM))

    def context(self, common_name=None):
        """What a TLS client needs that trusts this authority, with the certificate of that name or without any."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        if common_name:
            context.load_cert_chain(self.folder / f"{common_name}.pem", self.folder / f"{common_name}.key")
        return context

    def settings(self, identity):
        """The x509 lines of a configuration file for `identity`."""
        return (f"securityprovider = x509\n"
                f"plugin.x509.certificate = {self.folder}/{identity}.pem\n"
                f"plugin.x509.private_key = {self.folder}/{identity}.key\n"
                f"plugin.x509.ca = {self.folder}/ca.pem\n"
                f"plugin.x509.crl = {self.folder}/crl.pem\n")


def self_signed(folder, common_name):
    """A certificate that nobody but its owner vouches for: NAME.pem and NAME.key in `folder`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = (x509.CertificateBuilder().subject_name(_name(common_name)).issuer_name(_name(common_name))
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(_now() - DAY).not_valid_after(_now() + 30 * DAY).sign(key, hashes.SHA256()))
    (folder / f"{common_name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    path = folder / f"{common_name}.key"
    path.touch(0o600)
    path.write_bytes(_pem_key(key))
