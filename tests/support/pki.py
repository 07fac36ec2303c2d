"""A throw-away certificate authority, as a Puppet site has one."""
import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
PUPPET = "1.3.6.1.4.1.34380.1."
KEYS = {
    "rsa2048": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "rsa4096": lambda: rsa.generate_private_key(public_exponent=65537, key_size=4096),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def _now():
    return datetime.datetime.utcnow()


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(thing):
    return thing.public_bytes(serialization.Encoding.PEM)


def _utf8_string(text):
    """The DER of a short UTF8String, as Puppet writes the values of extensions."""
    data = text.encode()
    assert len(data) < 128
    return bytes([0x0c, len(data)]) + data


def _pem_key(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Authority:
    """Issues certificates into `folder` as NAME.pem and NAME.key; ca.pem and crl.pem lie beside them.

    With an `issuer` it is an intermediate: what it issues brings its certificate along, and crl.pem has both lists.
    """

    def __init__(self, folder, name="Throw-away CA", kind="rsa2048", issuer=None):
        self.folder, self.name, self.issuer = folder, _name(name), issuer
        folder.mkdir(parents=True, exist_ok=True)
        self.key = KEYS[kind]()
        signer = issuer or self
        certificate = (signer._builder(self.name, self.key, -DAY, 365 * DAY)
                       .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                       .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
                       .sign(signer.key, signer.digest()))
        self.certificate = certificate
        (folder / "ca.pem").write_bytes(_pem(signer.certificate))
        self.revoke()

    def digest(self):
        return None if isinstance(self.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()

    def _builder(self, subject, key, begin, end):
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(_now() + begin).not_valid_after(_now() + end))

    def issue(self, common_name, begin=-DAY, end=30 * DAY, kind="rsa2048", extensions=None):
        """Returns the certificate; key and certificate are files of that name. `extensions`: Puppet's, such as {"1.13": "web"}."""
        key = KEYS[kind]()
        names = [x509.DNSName(common_name), x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = (self._builder(_name(common_name), key, begin, end)
                   .add_extension(x509.SubjectAlternativeName(names), critical=False))
        for number, text in (extensions or {}).items():
            extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(PUPPET + number), _utf8_string(text))
            builder = builder.add_extension(extension, critical=False)
        certificate = builder.sign(self.key, self.digest())
        path = self.folder / f"{common_name}.key"
        path.touch(0o600)
        path.write_bytes(_pem_key(key))
        chain = _pem(certificate) + (_pem(self.certificate) if self.issuer else b"")
        (self.folder / f"{common_name}.pem").write_bytes(chain)
        return certificate

    def revoke(self, *certificates, end=30 * DAY):
        """Writes crl.pem with exactly these certificates; it expires at `end`."""
        builder = (x509.CertificateRevocationListBuilder().issuer_name(self.name)
                   .last_update(_now() - 2 * DAY).next_update(_now() + end))
        for certificate in certificates:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
                .revocation_date(_now() - DAY).build())
        self.crl = _pem(builder.sign(self.key, self.digest()))
        whole = self.crl + (self.issuer.crl if self.issuer else b"")
        new = self.folder / "crl.pem.new"
        new.write_bytes(whole)
        new.rename(self.folder / "crl.pem")

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
